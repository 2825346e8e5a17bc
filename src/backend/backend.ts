/** Defines the interface that the native backend and the TypeScript backend implement. */

import type { FloatArray } from '../base/memory.js'
import type { InputArray } from '../data/dataset.js'
import type { Memory } from '../program/arena.js'
import type { Program } from '../program/program.js'

/**
 * The arrays that a program (a compiled list of commands) reads and writes outside its own memory. The library must
 * have allocated these arrays, because a user could detach an array of their own while native code uses it.
 */
export interface Source {
  /**
   * The arrays from `order` to `learningRates` may leave out rows at the beginning of the run. This is the number of
   * these rows. It must be a multiple of the batch size. Default 0.
   */
  readonly first?: number | undefined
  /** The indices of the dataset's rows, in the order in which the run processes them. Default: 0, 1, 2 and so on. */
  readonly order?: Uint32Array | undefined
  readonly inputs?: InputArray | undefined
  readonly labels?: Int32Array | undefined
  readonly targets?: FloatArray | undefined
  /** The weight of each row of the dataset. */
  readonly weights?: FloatArray | undefined
  /** The learning rate of each batch of the run. */
  readonly learningRates?: Float64Array | undefined
  /**
   * The array that the kernel storeOutputs fills. Its length is the number of rows times the number of the network's
   * outputs. It has the program's dtype.
   */
  readonly outputs?: FloatArray | undefined
  /** The array that the kernel storeClasses fills with class numbers. */
  readonly classes?: Int32Array | undefined
}

/**
 * A program (a compiled list of commands) that is bound to its memory and to the arrays of a `Source`. A run processes
 * the rows from `from` up to, but not including, `to`. Rows are numbered in the order in which the run processes them.
 * The number of rows in a run must be a multiple of the program's batch size.
 */
export interface Execution {
  /** Processes the rows synchronously. The event loop is blocked until the run ends. */
  run(from: number, to: number): void
  /**
   * Processes the rows while the event loop continues. Resolves to the row at which the next run must start. This is
   * `to`, or an earlier row if `stop` was called.
   */
  start(from: number, to: number): Promise<number>
  /** Ends the run that `start` began. The current batch is still completed. */
  stop(): void
  /** The row that the run of `start` has reached. Use it only for display, because it changes during the run. */
  readonly reached: number
}

/** A program (a compiled list of commands) that is bound to its memory. */
export interface Loaded {
  bind(source: Source): Execution
}

export interface Backend {
  readonly name: 'native' | 'typescript'
  /**
   * A text for users that says what the backend runs on, such as "OpenBLAS 0.3.21, Zen kernels, AVX2 vectors" or
   * "V8 12.4".
   */
  readonly detail: string
  /**
   * Binds a program (a compiled list of commands) to memory. The function `verify` must have accepted the program. Each
   * segment of the memory must have the size that the program states.
   */
  load(program: Program, memory: Memory, threads: number): Loaded
}
