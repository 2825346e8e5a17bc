import { DataError, OptionError } from '../../base/errors.js'
import type { DatasetShape } from '../../data/dataset.js'
import { type ChosenColumns, chooseColumns } from './choose-columns.js'
import { type Classes, classesOf } from './classes.js'
import { isFoundLabelNames } from './found-label-names.js'
import { columnName } from './names.js'
import type { Table } from './table.js'
import type { TableOptions } from './table-options.js'

/** The columns that are read from a table, and the use of each column. */
export interface Selection extends ChosenColumns {
  /** The class names. Undefined if labels are numbers. */
  readonly classes: Classes | undefined
  readonly dtype: NonNullable<DatasetShape['dtype']>
}

/**
 * Selects the columns that the options name, and checks their types.
 * @throws DataError if a column does not exist or has a type that cannot be used; OptionError if the labels are strings
 * and `labelNames` is missing
 */
export function selectColumns({ source, columns }: Table, options: TableOptions): Selection {
  const names = columns.map(({ name }) => name)
  const chosen = chooseColumns(source, { count: columns.length, names }, options)
  const { inputs, targets, label } = chosen
  const describe = (place: number) => `${columnName(names, place)} is ${columns[place].type}`
  for (const place of [...inputs, ...targets]) {
    const { kind } = columns[place]
    if (kind !== 'texts' && kind !== 'other') continue
    const advice = options.inputs ? '' : '; select the numeric columns with inputs'
    throw new DataError(
      `${source}: ${describe(place)}, which is not a number${advice}`,
      advice ? { option: 'inputs' } : {},
    )
  }
  const labelKind = label === undefined ? undefined : columns[label].kind
  if (label !== undefined && labelKind !== 'texts' && labelKind !== 'numbers')
    throw new DataError(`${source}: ${describe(label)}, but a label is a number or a string`)
  if (label !== undefined && labelKind === 'texts' && !options.labelNames) {
    const what = 'so labelNames must be given: the class names in the order of the outputs'
    throw new OptionError(`${source}: ${describe(label)}, ${what}`, { option: 'labelNames' })
  }
  const bytes = inputs.every((place) => columns[place].kind === 'bytes')
  return {
    ...chosen,
    // `labelNames` may be the result of `findLabelNames()`, which collects class names. If the labels are numbers,
    // there are no names to collect, so `classes` is undefined.
    classes:
      labelKind === 'numbers' && isFoundLabelNames(options.labelNames) ? undefined : classesOf(options.labelNames),
    dtype: options.dtype ?? (bytes ? 'uint8' : 'float32'),
  }
}
