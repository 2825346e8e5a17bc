/**
 * Defines the cases that `npm run guard` measures. Each case is a kind of work, such as training a small network. The
 * number of rows is chosen so that the work takes a few milliseconds.
 */

type Descent = typeof import('descent-nn')

export interface GuardCase {
  readonly name: string
  /** The number of rows in one timed piece of work is always a multiple of this number. */
  readonly unit: number
  readonly most: number
  /**
   * Prepares the case with the package `descent`, which is built from the base commit or from the head commit. The
   * returned function does the work for `amount` rows.
   */
  readonly prepare: (descent: Descent) => (amount: number) => unknown
}

const rows = 10_240

/**
 * The inputs of the training cases. One byte in five is not 0, as in MNIST's pictures, so that the weighted inputs of
 * the neurons are about as large as with MNIST.
 */
const inputs = new Uint8Array(rows * 784)
for (let i = 0; i < inputs.length; i += 5) inputs[i] = Math.imul(i + 1, 0x9e3779b1) >>> 24
const labels = Int32Array.from({ length: rows }, (_, i) => (i * 7) % 10)

const training = (sizes: readonly number[], batchSize: number, backend: 'native' | 'typescript'): GuardCase => ({
  name: `training ${sizes.join('-')}, batch ${batchSize}, ${backend}`,
  unit: batchSize,
  most: rows - (rows % batchSize),
  prepare(descent) {
    const network = new descent.Network(sizes, { seed: 1, backend })
    const data = new descent.Dataset({ inputs, width: 784, labels })
    return (amount) => network.fit(data.slice(0, amount), { epochs: 1, batchSize, learningRate: 0.1 })
  },
})

export const guardCases: readonly GuardCase[] = [
  training([784, 30, 10], 10, 'native'),
  training([784, 128, 10], 32, 'native'),
  {
    name: 'feedforward 784-30-10, one row, native',
    unit: 1,
    most: 1e6,
    prepare({ Network }) {
      const network = new Network([784, 30, 10], { seed: 1, backend: 'native' })
      const row = Float32Array.from({ length: 784 }, (_, i) => (i % 5 === 0 ? (i % 256) / 255 : 0))
      return (amount) => {
        for (let i = 0; i < amount; i++) network.feedforward(row)
      }
    },
  },
  training([784, 30, 10], 10, 'typescript'),
]

export function findGuardCase(name: string): GuardCase {
  const found = guardCases.find((one) => one.name === name)
  if (!found) throw new Error(`there is no guard case ${name}`)
  return found
}
