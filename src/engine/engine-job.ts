import type { Source } from '../backend/backend.js'
import type { CompileOptions } from '../compile/compile.js'
import type { ScalarName } from '../compile/region-names.js'

/** What decides a job's program. */
export type ProgramOptions = Omit<CompileOptions, 'dtype'>

/** A program to run over the rows of a source. */
export interface Job extends ProgramOptions {
  readonly source: Source
  /** The number of rows; the last batch may be smaller than the others. */
  readonly size: number
  /** The row to begin with: what came before it has been done, and the sums go on from where they are. Default 0. */
  readonly from?: number | undefined
  /** The row to stop before, where a batch starts. Default: the end. */
  readonly until?: number | undefined
  /** Values of the program's scalars: one for all elements, or one for each. */
  readonly scalars: Readonly<Partial<Record<ScalarName, number | ArrayLike<number>>>>
  readonly signal?: AbortSignal | undefined
  /** Called some fifty times a second with the number of rows done, for the eyes: the sums are of other rows. */
  readonly progress?: ((done: number) => void) | undefined
  /** Called where the run stands still, which it also does when it is aborted, with the rows done: the sums are theirs. */
  readonly stopped?: ((done: number) => void) | undefined
}

/** The options that decide a job's program, without what else a job holds. */
export function compileOptionsOf(job: ProgramOptions): ProgramOptions {
  const { task, rows, answers, penalties, weighted, labelSmoothing, learning, standardized, accumulated } = job
  return { task, rows, answers, penalties, weighted, labelSmoothing, learning, standardized, accumulated }
}

/** A training run that came to a batch whose cost, or whose update, is no number to go on with. */
export class Divergence extends Error {
  /** The first row of the batch, in the order of the run. */
  readonly row: number
  /** Its mean cost, taken before its update: not finite or above the limit. Undefined where it was the update. */
  readonly cost: number | undefined

  constructor(row: number, cost: number | undefined) {
    super(`the run diverges at row ${row}`)
    this.row = row
    this.cost = cost
  }
}
