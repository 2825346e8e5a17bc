import type { Source } from '../backend/backend.js'
import type { CompileOptions } from '../compile/compile.js'
import type { ScalarName } from '../compile/region-names.js'
import type { SharedRows } from './shared-rows.js'

/** The options that determine a job's program (its compiled list of kernel calls). */
export interface ProgramOptions extends Omit<CompileOptions, 'dtype' | 'batchRows'> {
  /** Set if several ranks share each batch. Then `rows` is the number of rows of a batch on all ranks together. */
  readonly shared?: SharedRows | undefined
}

/**
 * A unit of work for the engine: the options that determine a program (a compiled list of kernel calls), and the rows
 * that the program processes.
 */
export interface Job extends ProgramOptions {
  readonly source: Source
  /** The number of rows in the source. If it is not a multiple of the batch size, the last batch is smaller. */
  readonly size: number
  /**
   * The index of the first row to process. Default 0. If it is above 0, the sums over the rows, such as the cost,
   * continue from their current values. Otherwise they start at 0.
   */
  readonly from?: number | undefined
  /** The index after the last row to process. It must be `size` (the default) or a multiple of the batch size. */
  readonly until?: number | undefined
  /**
   * Named values that the program needs, such as the learning rate. If the program needs an array, a single number sets
   * all elements of the array.
   */
  readonly scalars: Readonly<Partial<Record<ScalarName, number | ArrayLike<number>>>>
  readonly signal?: AbortSignal | undefined
  /** Whether the workspace may end the job early when it is asked to pause. Default false. */
  readonly resumable?: boolean | undefined
  /**
   * Called about fifty times a second with the number of processed rows and the summed cost of exactly these rows. At
   * this time the sums in the memory of the program may already include more rows.
   */
  readonly progress?: ((done: number, cost: number) => void) | undefined
  /**
   * Called with the number of processed rows whenever the processing of rows ends or is aborted. At this time the sums
   * over the rows, such as the cost, include exactly these rows.
   */
  readonly stopped?: ((done: number) => void) | undefined
}

/** Returns the options that determine a job's program (its compiled list of kernel calls). */
export function compileOptionsOf(job: ProgramOptions): Omit<CompileOptions, 'dtype'> {
  const { task, answers, penalties, weighted, labelSmoothing, learning, standardized, accumulated, shared } = job
  const batchRows = shared && job.rows
  const { from, to } = shared?.share(job.rows) ?? { from: 0, to: job.rows }
  const rows = to - from
  const apart = shared?.apart
  return {
    task,
    rows,
    batchRows,
    apart,
    answers,
    penalties,
    weighted,
    labelSmoothing,
    learning,
    standardized,
    accumulated,
  }
}

/**
 * The error for training that diverged. There are two cases:
 *
 * - The cost of a batch is too high, infinite or NaN.
 * - An update made a parameter infinite or NaN.
 */
export class Divergence extends Error {
  /**
   * The index of the first row of the batch that diverged. Rows are numbered in the order in which training processes
   * them.
   */
  readonly row: number
  /**
   * The mean cost of this batch before the update, if the cost is too high, infinite or NaN. Undefined if the cost is
   * acceptable, but the update made a parameter infinite or NaN.
   */
  readonly cost: number | undefined

  constructor(row: number, cost: number | undefined) {
    super(`the run diverges at row ${row}`)
    this.row = row
    this.cost = cost
  }
}
