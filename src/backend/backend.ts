/** Defines the interface that all backends implement. */

import { allocate, allocateShared, type FloatArray } from '../base/memory.js'
import type { InputArray } from '../data/dataset.js'
import { floatArrayType, type Memory } from '../program/arena.js'
import type { Dtype } from '../program/kernels.js'
import type { Program } from '../program/program.js'

/**
 * The arrays from which a program (a list of kernel calls) reads its data, and to which it writes its results. Only
 * arrays that the library has allocated may be used. A user could detach an array of their own while native code uses
 * it.
 */
export interface Source {
  /**
   * The index of the first row that the arrays below contain. The arrays `outputs` and `classes` are an exception,
   * because they always begin with row 0. The rows of a stream arrive in groups, each in a `Source` of its own. For
   * such a group, `first` is the number of earlier rows. It must be a multiple of the batch size. Default 0.
   */
  readonly first?: number | undefined
  /** The indices of the dataset's rows, in the order in which they are processed. Default: 0, 1, 2 and so on. */
  readonly order?: Uint32Array | undefined
  readonly inputs?: InputArray | undefined
  readonly labels?: Int32Array | undefined
  readonly targets?: FloatArray | undefined
  /** The weight of each row of the dataset. */
  readonly weights?: FloatArray | undefined
  /** The learning rate of each batch. */
  readonly learningRates?: Float64Array | undefined
  /**
   * The array that the kernel storeOutputs fills. Its length is the number of rows times the number of the network's
   * outputs. It has the program's dtype.
   */
  readonly outputs?: FloatArray | undefined
  /** The array that the kernel storeClasses fills with class numbers. */
  readonly classes?: Int32Array | undefined
  /** A single number of the memory `tally`, such as the summed cost, that `reached` reports together with the row. */
  readonly sum?: Float64Array | undefined
  /** The processes that train together. */
  readonly ranks?: Ranks | undefined
  /** The number of rows of a batch that belong to the ranks before this one. Default 0. */
  readonly offset?: number | undefined
  /** Whether the arrays from `order` to `weights` contain only the rows of this rank. Default false. */
  readonly own?: boolean | undefined
  /** A single number of the memory `tally`. As soon as it is not 0 after a batch, the execution ends. */
  readonly stop?: Float64Array | undefined
}

/** The ranks (processes) that train together, seen from one of them by the kernels. */
export interface Ranks {
  /**
   * Replaces the numbers by their sums over all ranks, and returns when the sums are complete. All ranks must call this
   * with arrays of the same length and type.
   * @throws Error if the ranks cannot communicate
   */
  sumNow(values: FloatArray): void
}

/** How far the rows have been processed. */
export interface Reached {
  /** The index of the first row that has not been processed. */
  readonly row: number
  /** The value that `Source.sum` had when exactly the rows before `row` were processed. NaN without `Source.sum`. */
  readonly sum: number
}

/**
 * A program (a list of kernel calls) with its memory and the arrays of a `Source`. The methods `run` and `start`
 * process the rows from `from` up to, but not including, `to`. The number of these rows must be a multiple of the
 * program's batch size. Rows are counted in the order in which they are processed.
 */
export interface Execution {
  /** Processes the rows synchronously. The event loop is blocked until all rows are processed. */
  run(from: number, to: number): void
  /**
   * Processes the rows without blocking the event loop. Resolves to the index of the first row that was not processed.
   * This is `to`, or less if `stop` was called.
   */
  start(from: number, to: number): Promise<number>
  /** Ends the work of `start` after the current batch. */
  stop(): void
  /**
   * The row that `start` has reached, and the sum at this row. Use it only for display, because it changes while rows
   * are processed.
   */
  readonly reached: Reached
}

/** A program (a list of kernel calls) with its memory. The method `bind` adds the arrays with the data. */
export interface Loaded {
  bind(source: Source): Execution
}

/** The names of the backends, from the fastest to the slowest. */
export const backendNames = ['native', 'wasm', 'typescript'] as const
export type BackendName = (typeof backendNames)[number]

/** Allocates the memory of networks where a backend works on it best. */
export interface Allocator {
  /**
   * Allocates zeroed memory for the parameters of a network, which users can access at any time.
   * @throws MemoryError if there is too little memory
   */
  allocateParameters(dtype: Dtype, length: number): FloatArray
  /**
   * Allocates zeroed memory for programs that use the given parameters. The array may be longer than `length`.
   * @throws MemoryError if there is too little memory
   */
  allocateBeside(parameters: FloatArray, length: number): FloatArray
}

/** The allocator of a backend that works on any memory equally well. */
export const anyMemory: Allocator = {
  allocateParameters: (dtype, length) => allocateShared<FloatArray>(floatArrayType(dtype), length),
  allocateBeside: (parameters, length) =>
    parameters.BYTES_PER_ELEMENT === 4 ? allocate(Float32Array, length) : allocate(Float64Array, length),
}

export interface Backend extends Allocator {
  readonly name: BackendName
  /**
   * A text for users that says what the backend runs on, such as "OpenBLAS 0.3.21, Zen kernels, AVX2 vectors" or
   * "V8 12.4".
   */
  readonly detail: string
  /**
   * Combines a program (a list of kernel calls) with its memory. The function `verify` must have accepted the program.
   * Each array of the memory must have at least the size that `program.sizes` states.
   */
  load(program: Program, memory: Memory, threads: number): Loaded
}
