import type { ColumnId, TableOptions } from '../columns/table-options.js'

export interface NdjsonOptions extends Omit<TableOptions, 'inputs' | 'targets'> {
  /**
   * The inputs: names of members (or indices in a list, from 0), or the name of one member that is a list of all inputs.
   * Default: all members except label and targets; if only one is left and it is a list, the numbers in it.
   */
  readonly inputs?: string | readonly ColumnId[] | undefined
  /** The targets, given in the same way. Default: rows have no targets. */
  readonly targets?: string | readonly ColumnId[] | undefined
}

/** Converts to the options that all tables have: the name of one member becomes a list of one name. */
export function withLists(options: NdjsonOptions): TableOptions {
  const listed = (ids: NdjsonOptions['inputs']) => (typeof ids === 'string' ? [ids] : ids)
  return { ...options, inputs: listed(options.inputs), targets: listed(options.targets) }
}
