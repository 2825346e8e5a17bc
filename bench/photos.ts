/**
 * Measures how well rows of digits are read from photos (`npm run bench:photos`). It loads the network from `--model`,
 * or trains one on MNIST with augmented pictures. The photos are artificial, and each shows eight digits from MNIST's
 * test set.
 */
import { parseArgs } from 'node:util'
import { augment, type Dataset, dense, mnist, Network } from 'descent-nn'
import { readDigits } from 'descent-nn/pictures'
import { isExact, type PhotoOptions, takePhoto } from './photos/photo.js'

const { values } = parseArgs({
  options: { model: { type: 'string' }, photos: { type: 'string', default: '60' } },
})
const photos = Number(values.photos)
const digitsOfPhoto = 8

const { training, test } = await mnist()
const network = values.model === undefined ? await learn(training) : await Network.load(values.model)
const { accuracy } = await network.evaluate(test)
console.log(`${(100 * (accuracy ?? 0)).toFixed(2)} % of MNIST's test set read correctly\n`)
console.log(
  '| photos | segmented exactly | digits read correctly | of those in exact photos |\n| --- | ---: | ---: | ---: |',
)
// These seeds were not used when the segmentation rules were chosen, so the rules are measured on new photos.
await measure('digits apart', 7000, {})
await measure('digits that touch', 9000, { gap: [-0.05, 0.02] })

async function learn(training: Dataset): Promise<Network> {
  const network = new Network(
    { inputs: 784, layers: [dense(300, 'relu'), dense(10, 'softmax')], cost: 'cross-entropy', initializer: 'he' },
    { seed: 1 },
  )
  const augmentation = augment(training, { shift: 1, rotation: 8, scale: 0.1, elastic: { alpha: 36, sigma: 5 } })
  const settings = { optimizer: 'adam', learningRate: 0.001, schedule: 'cosine' } as const
  await network.fit(training, { epochs: 12, batchSize: 50, augmentation, ...settings })
  augmentation.close()
  return network
}

/**
 * Reads photos and prints a row of the table. If a photo is not segmented exactly, all of its digits count as wrong.
 */
async function measure(name: string, firstSeed: number, options: Omit<PhotoOptions, 'seed' | 'digits'>): Promise<void> {
  const { inputs, labels } = test
  if (!(inputs instanceof Uint8Array) || !labels) throw new Error('MNIST has pictures of bytes with labels')
  let exact = 0
  let right = 0
  for (let seed = firstSeed; seed < firstSeed + photos; seed++) {
    // Take every seventh picture, so that the digits come from a larger part of the test set.
    const rows = Array.from({ length: digitsOfPhoto }, (_, i) => ((seed * digitsOfPhoto + i) * 7) % test.rows)
    const digits = rows.map((row) => inputs.subarray(row * test.width, (row + 1) * test.width))
    const { bytes, boxes } = await takePhoto({ seed, digits, ...options })
    const { digits: found } = await readDigits(network, bytes)
    if (
      !isExact(
        found.map(({ box }) => box),
        boxes,
      )
    )
      continue
    exact++
    right += found.filter(({ digit }, i) => digit === labels[rows[i]]).length
  }
  const share = (count: number, of: number): string => `${((100 * count) / of).toFixed(1)} %`
  const cells = [`${exact} of ${photos}`, share(right, photos * digitsOfPhoto), share(right, exact * digitsOfPhoto)]
  console.log(`| ${name} | ${cells.join(' | ')} |`)
}
