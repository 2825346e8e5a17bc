/**
 * Trains the network that is shipped with the page, and writes its weights in 8 bits as src/see/demo-weights.ts:
 * `node scripts/train-demo.mjs`. It learns MNIST's 60,000 training pictures, which are moved, turned, scaled and bent
 * differently in each epoch, so that digits drawn by hand are read well. Afterwards it is measured on the 10,000 test pictures,
 * which took no part in the training. On one thread it takes some three minutes, and the same machine writes the same
 * file again. It needs dist/ and MNIST: the variable DESCENT_MNIST can name its folder.
 */
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { augment, mnist, Network } from 'descent-nn'
import { demoDescription, demoSizes } from '#src/see/demo'
import { fromEightBits, toEightBits } from '#src/see/eight-bits'

const file = fileURLToPath(new URL('../src/see/demo-weights.ts', import.meta.url))
const { values } = parseArgs({ options: { epochs: { type: 'string', default: '40' } } })
const epochs = Number(values.epochs)
const seed = 1

const { training, test } = await mnist()
const network = new Network(demoDescription, { seed })
const augmentation = augment(training, {
  shift: 1.5,
  rotation: 10,
  scale: 0.12,
  elastic: { alpha: 34, sigma: 5 },
  seed,
  threads: 1,
})
const run = network.train(training, {
  epochs,
  batchSize: 100,
  optimizer: 'adam',
  learningRate: 0.002,
  schedule: 'cosine',
  augmentation,
})
for await (const { number, cost } of run) {
  if (number % 10 === 0) {
    const { accuracy = 0 } = await network.evaluate(test)
    console.log(`epoch ${number} of ${epochs}: cost ${cost.toFixed(4)}, ${percent(accuracy)} of the test right`)
  }
}
augmentation.close()

const bytes = toEightBits(network.parameters, demoSizes)
const stored = new Network(demoDescription, { parameters: fromEightBits(bytes, demoSizes) })
const before = await network.evaluate(test)
const after = await stored.evaluate(test)
console.log(
  `before: ${percent(before.accuracy ?? 0)}, in 8 bits: ${percent(after.accuracy ?? 0)}, ${bytes.length} bytes`,
)
writeFileSync(file, moduleOf(bytes, after.accuracy ?? 0))

/** @param {number} share */
function percent(share) {
  return `${(100 * share).toFixed(2)} %`
}

/**
 * @param {Uint8Array} bytes
 * @param {number} accuracy
 */
function moduleOf(bytes, accuracy) {
  const base64 = Buffer.from(bytes).toString('base64')
  return `/**
 * The weights of the network that \`loadDemo\` loads, in 8 bits (${bytes.length} bytes) and as base64. scripts/train-demo.mjs writes
 * this file; do not edit it. The network learned the training pictures of MNIST, by Yann LeCun, Corinna Cortes and
 * Christopher J. C. Burges, which are available under the Creative Commons Attribution-ShareAlike 3.0 license. It reads
 * ${percent(accuracy)} of MNIST's 10,000 test pictures correctly.
 */
export const demoWeights: string = \`
${base64.replace(/.{120}/g, '$&\n')}
\`
`
}
