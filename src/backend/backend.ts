/** What a backend is: the interface that both fulfill. It knows neither of them. */

import type { FloatArray } from '../base/memory.js'
import type { InputArray } from '../data/dataset.js'
import type { Memory } from '../program/arena.js'
import type { Program } from '../program/program.js'

/**
 * What a run reads and writes outside the arena. All of it is memory of the library's own: native code holds it by
 * reference while it runs.
 */
export interface Source {
  /**
   * The row of the run at which the arrays that are read begin, `order` and `learningRates` included: a whole number of
   * batches. What the row of the run decides besides (which neurons are silent) is then as in a run over all rows. Default 0.
   */
  readonly first?: number | undefined
  /** Which row of the dataset comes when; without it the rows come as they lie. */
  readonly order?: Uint32Array | undefined
  readonly inputs?: InputArray | undefined
  readonly labels?: Int32Array | undefined
  readonly targets?: FloatArray | undefined
  /** How much each row of the dataset counts. */
  readonly weights?: FloatArray | undefined
  /** The learning rate of each batch of the run. */
  readonly learningRates?: Float64Array | undefined
  /** Where storeOutputs puts the answers: rows x outputs, of the program's dtype. */
  readonly outputs?: FloatArray | undefined
  /** Where storeClasses puts the class numbers. */
  readonly classes?: Int32Array | undefined
}

/**
 * A program tied to its memory and to one source, ready to run from one row to another, a multiple of the program's rows apart. Rows
 * are counted in the order of the run.
 */
export interface Execution {
  /** Runs them now and on this thread. */
  run(from: number, to: number): void
  /** Runs them while the event loop goes on. Resolves to the row to go on with: `to`, or an earlier one after `stop`. */
  start(from: number, to: number): Promise<number>
  /** Ends what has been started after the pass that it is in. */
  stop(): void
  /** The row that what was started has come to: for the eyes, as it may be another one in the next moment. */
  readonly reached: number
}

/** A program tied to its memory. */
export interface Loaded {
  bind(source: Source): Execution
}

export interface Backend {
  readonly name: 'native' | 'typescript'
  /** What it runs on: "OpenBLAS 0.3.21, Zen" or "V8 12.4". */
  readonly detail: string
  /** Ties a verified program to memory of the sizes it states. */
  load(program: Program, memory: Memory, threads: number): Loaded
}
