import type { Source } from '../backend/backend.js'
import type { CompileOptions } from '../compile/compile.js'
import type { ScalarName } from '../compile/region-names.js'

/** The options that determine a job's program. */
export type ProgramOptions = Omit<CompileOptions, 'dtype'>

/**
 * A unit of work for the engine: the options of a program (a compiled list of commands), and the rows over which the
 * program runs.
 */
export interface Job extends ProgramOptions {
  readonly source: Source
  /** The number of rows. The last batch may be smaller than the other batches. */
  readonly size: number
  /**
   * The first row to process. If it is not 0, the rows before it have been processed already, and the sums continue
   * from their values. Default 0.
   */
  readonly from?: number | undefined
  /** The row before which the job ends. It must be a multiple of the batch size. Default: the end of the rows. */
  readonly until?: number | undefined
  /**
   * The values of the program's scalars. A value is one number for all elements, or an array with one number per
   * element.
   */
  readonly scalars: Readonly<Partial<Record<ScalarName, number | ArrayLike<number>>>>
  readonly signal?: AbortSignal | undefined
  /**
   * Called about fifty times a second with the number of processed rows. At this time the sums, such as the cost, may
   * include more or fewer rows.
   */
  readonly progress?: ((done: number) => void) | undefined
  /**
   * Called with the number of processed rows when the run stops or is aborted. At this time the sums, such as the cost,
   * include exactly these rows.
   */
  readonly stopped?: ((done: number) => void) | undefined
}

/** Returns the options of a job that determine its program. */
export function compileOptionsOf(job: ProgramOptions): ProgramOptions {
  const { task, rows, answers, penalties, weighted, labelSmoothing, learning, standardized, accumulated } = job
  return { task, rows, answers, penalties, weighted, labelSmoothing, learning, standardized, accumulated }
}

/**
 * The error for a training run that diverged: the cost of a batch is not finite or too high, or an update made the
 * parameters infinite or NaN.
 */
export class Divergence extends Error {
  /** The first row of the batch, in the order of the run. */
  readonly row: number
  /**
   * The mean cost of the batch before its update. It is not finite or above the limit. Undefined if the cost was fine,
   * but the update made a parameter infinite or NaN.
   */
  readonly cost: number | undefined

  constructor(row: number, cost: number | undefined) {
    super(`the run diverges at row ${row}`)
    this.row = row
    this.cost = cost
  }
}
