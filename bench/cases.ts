/** What is measured: networks, and how they are trained. All contenders do the same work on the same data. */
export interface Case {
  readonly name: string
  readonly sizes: readonly number[]
  readonly batchSize: number
  readonly learningRate: number
  /** Examples that an epoch takes, from the start of MNIST's training set. */
  readonly examples: number
  /** The test accuracy that the last epoch must reach: a contender that computes something else does not count. */
  readonly accuracy: number
}

/** Sigmoid neurons, quadratic cost, N(0, 1) start, in float32. */
export const cases: readonly Case[] = [
  {
    name: '784-30-10, batch 10',
    sizes: [784, 30, 10],
    batchSize: 10,
    learningRate: 3,
    examples: 50_000,
    // From some starts one or two digits are not learned in the first epochs.
    accuracy: 0.7,
  },
  {
    name: '784-800-10, batch 128',
    sizes: [784, 800, 10],
    batchSize: 128,
    learningRate: 1,
    examples: 50_000,
    // A wide layer of N(0, 1) weights is saturated: two epochs do not take it far, and need not.
    accuracy: 0.08,
  },
]

export function findCase(name: string | undefined): Case {
  const found = cases.find((one) => one.name === name)
  if (!found) throw new Error(`there is no case ${name}; there are: ${cases.map((one) => one.name).join('; ')}`)
  return found
}
