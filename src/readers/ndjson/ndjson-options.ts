import type { ColumnId, TableOptions } from '../columns/table-options.js'

export interface NdjsonOptions extends Omit<TableOptions, 'inputs' | 'targets'> {
  /**
   * Where the inputs are: names of members (or places in a list, from 0), or the name of one member that is a list of them.
   * Default: all but label and targets; a member that is a list, if it is the only one.
   */
  readonly inputs?: string | readonly ColumnId[] | undefined
  /** Where the targets are, in the same way. Default: rows have no targets. */
  readonly targets?: string | readonly ColumnId[] | undefined
}

/** The options as every table has them: the name of one member is a list of one name. */
export function withLists(options: NdjsonOptions): TableOptions {
  const listed = (ids: NdjsonOptions['inputs']) => (typeof ids === 'string' ? [ids] : ids)
  return { ...options, inputs: listed(options.inputs), targets: listed(options.targets) }
}
