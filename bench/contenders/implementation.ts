/**
 * Defines the interface that each contender in JavaScript implements. The benchmark measures only the functions whose
 * comments say that they are timed, not the preparation.
 */
import type { Form } from '../form.js'

export type Awaitable<T> = T | Promise<T>

export interface NetworkData extends Form {
  /** The weights and biases as W1, b1, W2, b2, ... Each weight matrix is (outputs x inputs). */
  readonly parameters: Float32Array
}

export interface TrainingWork extends NetworkData {
  /** The inputs as bytes (rows x inputs). The byte 255 means 1. */
  readonly inputs: Uint8Array
  readonly labels: Uint8Array
  /** The indices of an epoch's rows, in the order in which the contender must train on them. */
  readonly order: Uint32Array
  readonly batchSize: number
  readonly learningRate: number
  readonly epochs: number
}

export interface Learner {
  /** Trains for one epoch. This function is timed. */
  epoch(): Awaitable<unknown>
  /** Returns the current parameters, laid out as in `NetworkData.parameters`. */
  parameters(): Awaitable<Float32Array>
}

export interface Answerer {
  /** Computes the outputs for one row. This function is timed to measure latency. */
  answer(row: Float32Array): Awaitable<Float32Array>
  /**
   * Passes the rows to the contender. The returned function computes the outputs for all of these rows. That function
   * is timed to measure throughput.
   */
  prepare(rows: Float32Array, count: number): Awaitable<() => Awaitable<Float32Array>>
}

export interface Implementation {
  readonly train?: (work: TrainingWork) => Awaitable<Learner>
  readonly infer?: (network: NetworkData) => Awaitable<Answerer>
}

/**
 * Returns the desired output with the index `j` for a row with this label. A single output is the label itself, which
 * is 0 or 1. Otherwise the output with the index of the label is 1, and the others are 0.
 */
export function targetOf(label: number, j: number, outputs: number): number {
  return outputs === 1 ? label : Number(label === j)
}

/** Returns the same desired outputs as descent takes them: labels, or targets of a single output. */
export function answersOf(labels: Uint8Array, outputs: number) {
  return outputs === 1 ? { targets: Float32Array.from(labels) } : { labels }
}

/** Splits the parameters into the weights and biases of each layer. The returned arrays are views of `parameters`. */
export function splitLayers({ sizes, parameters }: Pick<NetworkData, 'sizes' | 'parameters'>) {
  let offset = 0
  const take = (length: number) => {
    offset += length
    return parameters.subarray(offset - length, offset)
  }
  return sizes.slice(1).map((outputs, l) => {
    const inputs = sizes[l]
    return { inputs, outputs, weights: take(outputs * inputs), biases: take(outputs) }
  })
}

/** Transposes a matrix (rows x columns). */
export function transpose(matrix: ArrayLike<number>, rows: number, columns: number): Float32Array {
  const result = new Float32Array(rows * columns)
  for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) result[c * rows + r] = matrix[r * columns + c]
  return result
}

export function concatenate(arrays: readonly ArrayLike<number>[]): Float32Array {
  const result = new Float32Array(arrays.reduce((sum, { length }) => sum + length, 0))
  let offset = 0
  for (const array of arrays) {
    result.set(array, offset)
    offset += array.length
  }
  return result
}
