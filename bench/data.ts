import { Dataset, digits, findMnist, mnist } from 'descent-nn'
import { createRandom } from '#src/base/random'
import { fullPlan, type SmallCase, smokePlan } from './cases.js'
import { answersOf } from './contenders/implementation.js'

/** Reads MNIST if it is on this machine, and draws digits if it is not. The smoke test always draws a few digits. */
export async function findData(smoke: boolean): Promise<{ name: string; training: Dataset; test: Dataset }> {
  if (!smoke && (await findMnist())) return { name: 'MNIST', ...(await mnist()) }
  const { examples, rows } = smoke ? smokePlan : fullPlan
  const [training, test] = [await digits({ count: examples, seed: 1 }), await digits({ count: rows, seed: 2 })]
  const name = `${examples} drawn digits`
  return { name: smoke ? `${name}, too few for meaningful figures` : name, training, test }
}

/** The measures of the three flowers: petals and sepals, as bytes. */
const flowerMeans = [
  [162, 112, 48, 16],
  [192, 90, 138, 86],
  [213, 96, 180, 131],
]
const flowerDeviation = 16

/**
 * Returns random rows for a small network. `flowers` has four measures of flowers of three kinds. `xor` has the four
 * pairs of two bits, and their exclusive or as the label.
 */
export function smallData({ data, sizes }: SmallCase, rows: number, seed: number): Dataset {
  const random = createRandom(seed, data)
  const [width, outputs] = [sizes[0], sizes[sizes.length - 1]]
  const inputs = new Uint8Array(rows * width)
  const labels = new Uint8Array(rows)
  for (let r = 0; r < rows; r++) {
    const row = inputs.subarray(r * width, (r + 1) * width)
    if (data === 'flowers') {
      labels[r] = random.integer(3)
      row.set(flowerMeans[labels[r]].map((mean) => mean + flowerDeviation * (2 * random.uniform() - 1)))
    } else {
      row.set([255 * random.integer(2), 255 * random.integer(2)])
      labels[r] = Number(row[0] !== row[1])
    }
  }
  return new Dataset({ inputs, width, ...answersOf(labels, outputs) })
}
