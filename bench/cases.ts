/**
 * Defines what the benchmark measures: the networks with their settings, and the numbers of rounds, examples and calls.
 * All contenders do the same work on the same data from the same initial parameters.
 */

import type { Form } from './form.js'

export interface Case extends Form {
  readonly name: string
  readonly initializer: 'normal' | 'scaled-normal' | 'he'
}

export interface TrainingCase extends Case {
  readonly batchSize: number
  readonly learningRate: number
}

/**
 * A case with a network so small that what a step costs besides its arithmetic is most of its time. Its speed is given
 * in steps per second.
 */
export interface SmallCase extends TrainingCase {
  /** The rows to learn from (see `smallData` in data.ts). */
  readonly data: 'flowers' | 'xor'
}

/**
 * `sigmoid` has the activations and the cost of chapter 1 in Nielsen's book "Neural Networks and Deep Learning". `relu`
 * has the activations and the cost that are usual today.
 */
const sigmoid = { hidden: 'sigmoid', output: 'sigmoid', cost: 'quadratic' } as const
const relu = {
  hidden: 'relu',
  output: 'softmax',
  cost: 'cross-entropy',
  initializer: 'he',
  learningRate: 0.1,
} as const

export const trainingCases: readonly TrainingCase[] = [
  {
    name: '784-30-10, batch 10',
    sizes: [784, 30, 10],
    ...sigmoid,
    initializer: 'normal',
    batchSize: 10,
    learningRate: 3,
  },
  { name: '784-128-10 relu, batch 32', sizes: [784, 128, 10], ...relu, batchSize: 32 },
  { name: '784-800-10 relu, batch 128', sizes: [784, 800, 10], ...relu, batchSize: 128 },
  { name: '784-1024-1024-10 relu, batch 512', sizes: [784, 1024, 1024, 10], ...relu, batchSize: 512 },
]

const flowers = {
  sizes: [4, 16, 3],
  ...sigmoid,
  initializer: 'scaled-normal',
  learningRate: 0.5,
  data: 'flowers',
} as const

export const smallCases: readonly SmallCase[] = [
  { name: '4-16-3, batch 1', ...flowers, batchSize: 1 },
  { name: '4-16-3, batch 16', ...flowers, batchSize: 16 },
  { name: '4-16-3, batch 128', ...flowers, batchSize: 128 },
  {
    name: 'XOR 2-3-1, batch 4',
    sizes: [2, 3, 1],
    ...sigmoid,
    initializer: 'normal',
    batchSize: 4,
    learningRate: 1,
    data: 'xor',
  },
]

/** The case that measures latency. Each call computes the outputs for one row. */
export const latencyCase: Case = {
  name: '784-30-10, one row',
  sizes: [784, 30, 10],
  ...sigmoid,
  // Weights from N(0, 1) would saturate the neurons, because each neuron has many inputs.
  initializer: 'scaled-normal',
}

/** The case that measures throughput. Each call computes the outputs for many rows. */
export const throughputCase: Case = {
  name: '784-800-10, many rows',
  sizes: [784, 800, 10],
  ...sigmoid,
  initializer: 'scaled-normal',
}

/** Each kernel is measured on its own, with these network sizes and batch sizes. */
export const kernelShapes: readonly { readonly sizes: readonly number[]; readonly batchSize: number }[] = [
  { sizes: [784, 30, 10], batchSize: 10 },
  { sizes: [784, 128, 10], batchSize: 32 },
  { sizes: [784, 800, 10], batchSize: 128 },
]

/** Defines how much is measured. This determines how long a benchmark takes. */
export interface Plan {
  readonly rounds: number
  /** The number of epochs for which a contender trains in a round. If it is above 1, the first epoch is a warm-up. */
  readonly epochs: number
  /**
   * The maximum number of examples in an epoch. A slow contender trains on fewer examples, so that its epoch takes
   * about as long as `seconds` says.
   */
  readonly examples: number
  /** The same as `examples`, for the cases with small networks, whose examples take less time. */
  readonly smallExamples: number
  /**
   * The maximum number of rows in a call that measures throughput. A slow contender gets fewer rows, so that its call
   * takes about as long as `seconds` says.
   */
  readonly rows: number
  readonly seconds: number
  /**
   * The number of examples on which a contender trains before its network is compared with descent's. The number is
   * rounded down to complete batches.
   */
  readonly checkedExamples: number
  /**
   * The maximum number of calls that measure latency. Each call has one row. V8 optimizes a function after some thousand
   * calls.
   */
  readonly calls: number
  /** The number of calls that measure throughput, after a warm-up call. Each call has many rows. */
  readonly repeats: number
  /** The time for which each kernel is measured, in milliseconds. */
  readonly kernelTime: number
  /** The number of entries of `kernelShapes` to measure, beginning with the first entry. */
  readonly shapes: number
  /** The number of entries of `trainingCases` to measure, beginning with the first entry. */
  readonly cases: number
  /** The number of entries of `smallCases` to measure, beginning with the first entry. */
  readonly smallCases: number
}

export const fullPlan: Plan = {
  rounds: 5,
  epochs: 3,
  examples: 50_000,
  smallExamples: 1_000_000,
  rows: 10_000,
  seconds: 1,
  checkedExamples: 1000,
  calls: 40_000,
  repeats: 3,
  kernelTime: 100,
  shapes: kernelShapes.length,
  cases: trainingCases.length,
  smallCases: smallCases.length,
}

/** The plan of the smoke test. It shows in a few seconds that everything works. */
export const smokePlan: Plan = {
  rounds: 1,
  epochs: 1,
  examples: 400,
  smallExamples: 400,
  rows: 100,
  seconds: 0.1,
  checkedExamples: 20,
  calls: 40,
  repeats: 1,
  kernelTime: 1,
  shapes: 1,
  cases: 2,
  smallCases: smallCases.length,
}
