/** What a contender in Node implements. Whatever a function does before it returns is outside the clock. */
import type { Form } from '../form.js'

export type Awaitable<T> = T | Promise<T>

export interface NetworkData extends Form {
  /** W1, b1, W2, b2, ...; weights are (outputs x inputs). */
  readonly parameters: Float32Array
}

export interface TrainingWork extends NetworkData {
  /** Rows x inputs bytes, each of which counts as 1/255. */
  readonly inputs: Uint8Array
  readonly labels: Uint8Array
  /** The rows of an epoch, as they come. */
  readonly order: Uint32Array
  readonly batchSize: number
  readonly learningRate: number
  readonly epochs: number
}

export interface Learner {
  /** Learns from one epoch: the timed part. */
  epoch(): Awaitable<unknown>
  /** The parameters as they are now, laid out as `NetworkData.parameters`. */
  parameters(): Awaitable<Float32Array>
}

export interface Answerer {
  /** The outputs for one row: the timed part of latency. */
  answer(row: Float32Array): Awaitable<Float32Array>
  /** Takes the rows into memory of the contender's own and returns the timed part of throughput: the outputs for all rows. */
  prepare(rows: Float32Array, count: number): Awaitable<() => Awaitable<Float32Array>>
}

export interface Implementation {
  readonly train?: (work: TrainingWork) => Awaitable<Learner>
  readonly infer?: (network: NetworkData) => Awaitable<Answerer>
}

/** The layers of a network, as views of its parameters. */
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

/** A matrix (rows x columns) the other way round. */
export function transpose(matrix: ArrayLike<number>, rows: number, columns: number): Float32Array {
  const result = new Float32Array(rows * columns)
  for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) result[c * rows + r] = matrix[r * columns + c]
  return result
}

/** Arrays one after another. */
export function concatenate(arrays: readonly ArrayLike<number>[]): Float32Array {
  const result = new Float32Array(arrays.reduce((sum, { length }) => sum + length, 0))
  let offset = 0
  for (const array of arrays) {
    result.set(array, offset)
    offset += array.length
  }
  return result
}
