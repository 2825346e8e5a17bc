import type { Source } from '../backend/backend.js'
import type { CompileOptions } from '../compile/compile.js'

/** A program to run over the rows of a source. */
export interface Job extends Omit<CompileOptions, 'dtype'> {
  readonly source: Source
  /** The number of rows; the last batch may be smaller than the others. */
  readonly size: number
  /** The row to begin with: what came before it has been done, and the sums go on from where they are. Default 0. */
  readonly from?: number | undefined
  /** The row to stop before, where a batch starts. Default: the end. */
  readonly until?: number | undefined
  /** Values for the program's regions that are set before it runs, by name: one for all elements, or one for each. */
  readonly scalars: Readonly<Record<string, number | ArrayLike<number>>>
  readonly signal?: AbortSignal | undefined
  /** Called some fifty times a second with the number of rows done, for the eyes: the sums are of other rows. */
  readonly progress?: ((done: number) => void) | undefined
  /** Called where the run stands still, which it also does when it is aborted, with the rows done: the sums are theirs. */
  readonly stopped?: ((done: number) => void) | undefined
}

/** What of a job decides its program, without what a job holds besides. */
export function compileOptionsOf(job: Omit<CompileOptions, 'dtype'>): Omit<CompileOptions, 'dtype'> {
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
