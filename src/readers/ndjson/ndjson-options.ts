import type { ColumnId, TableOptions } from '../columns/table-options.js'

export interface NdjsonOptions extends Omit<TableOptions, 'inputs' | 'targets'> {
  /**
   * The inputs. If lines are objects, this is a list of member names, or the name of a single member that holds all
   * inputs as a list. If lines are lists, this is a list of indices that start at 0.
   *
   * Default: everything except the label and the targets. If only one member is left and it holds a list, the inputs
   * are the numbers in that list.
   */
  readonly inputs?: string | readonly ColumnId[] | undefined
  /** The targets, given in the same way as the inputs. Default: rows have no targets. */
  readonly targets?: string | readonly ColumnId[] | undefined
}

/**
 * Converts the options to TableOptions, in which inputs and targets are always lists. If an option is a single name, it
 * becomes a list with one name.
 */
export function withLists(options: NdjsonOptions): TableOptions {
  const listed = (ids: NdjsonOptions['inputs']) => (typeof ids === 'string' ? [ids] : ids)
  return { ...options, inputs: listed(options.inputs), targets: listed(options.targets) }
}
