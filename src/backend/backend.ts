/** The interface of backends. It imports neither of them. */

import type { FloatArray } from '../base/memory.js'
import type { InputArray } from '../data/dataset.js'
import type { Memory } from '../program/arena.js'
import type { Program } from '../program/program.js'

/**
 * The arrays that a run reads and writes outside the arena. The library must own all of them, because native code keeps references
 * to them while it runs.
 */
export interface Source {
  /**
   * The row of the run at which the input arrays begin, including `order` and `learningRates`; a multiple of the batch size. Dropout
   * depends on the row of the run, so it is the same as in a run over all rows. Default 0.
   */
  readonly first?: number | undefined
  /** The order of the dataset's rows. Default: the order in the arrays. */
  readonly order?: Uint32Array | undefined
  readonly inputs?: InputArray | undefined
  readonly labels?: Int32Array | undefined
  readonly targets?: FloatArray | undefined
  /** The weight of each row of the dataset. */
  readonly weights?: FloatArray | undefined
  /** The learning rate of each batch of the run. */
  readonly learningRates?: Float64Array | undefined
  /** Filled by storeOutputs: rows x outputs, of the program's dtype. */
  readonly outputs?: FloatArray | undefined
  /** Filled by storeClasses with class numbers. */
  readonly classes?: Int32Array | undefined
}

/**
 * A program bound to its memory and one source. It runs from one row to another, a multiple of the program's rows apart. Rows are
 * counted in the order of the run.
 */
export interface Execution {
  /** Runs the rows synchronously on this thread. */
  run(from: number, to: number): void
  /** Runs the rows while the event loop continues. Resolves to the next row: `to`, or an earlier one after `stop`. */
  start(from: number, to: number): Promise<number>
  /** Ends the started run after its current pass. */
  stop(): void
  /** The row that the started run has reached. Only for display, because it changes all the time. */
  readonly reached: number
}

/** A program bound to its memory. */
export interface Loaded {
  bind(source: Source): Execution
}

export interface Backend {
  readonly name: 'native' | 'typescript'
  /** Its libraries and processor or engine: "OpenBLAS 0.3.21, Zen" or "V8 12.4". */
  readonly detail: string
  /** Binds a verified program to memory of its sizes. */
  load(program: Program, memory: Memory, threads: number): Loaded
}
