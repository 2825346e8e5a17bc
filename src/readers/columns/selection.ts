import { DataError, OptionError } from '../../base/errors.js'
import type { DatasetShape } from '../../data/dataset.js'
import { type ChosenColumns, chooseColumns } from './choose-columns.js'
import { type Classes, classesOf } from './classes.js'
import { isFoundLabelNames } from './found-label-names.js'
import { columnName } from './names.js'
import type { Table } from './table.js'
import type { TableOptions } from './table-options.js'

/** Which columns of a table with types a reader takes, and as what. */
export interface Selection extends ChosenColumns {
  /** Undefined where labels are numbers. */
  readonly classes: Classes | undefined
  readonly dtype: NonNullable<DatasetShape['dtype']>
}

/** @throws DataError where the table has no such column, or one of a kind that cannot be taken; OptionError for `labelNames`. */
export function selectColumns({ source, columns }: Table, options: TableOptions): Selection {
  const names = columns.map(({ name }) => name)
  const chosen = chooseColumns(source, { count: columns.length, names }, options)
  const { inputs, targets, label } = chosen
  const said = (place: number) => `${columnName(names, place)} is ${columns[place].type}`
  for (const place of [...inputs, ...targets]) {
    const { kind } = columns[place]
    if (kind !== 'texts' && kind !== 'other') continue
    const advice = options.inputs ? '' : '; name the columns that are with inputs'
    throw new DataError(`${source}: ${said(place)}, which is no number${advice}`)
  }
  const labelKind = label === undefined ? undefined : columns[label].kind
  if (label !== undefined && labelKind !== 'texts' && labelKind !== 'numbers')
    throw new DataError(`${source}: ${said(label)}, a label is a number or a text`)
  if (label !== undefined && labelKind === 'texts' && !options.labelNames) {
    const what = 'so labelNames must be given, the class names in the order of outputs'
    throw new OptionError(`${source}: ${said(label)}, ${what}`)
  }
  const bytes = inputs.every((place) => columns[place].kind === 'bytes')
  return {
    ...chosen,
    // Where labels are numbers there are no names to be found.
    classes:
      labelKind === 'numbers' && isFoundLabelNames(options.labelNames) ? undefined : classesOf(options.labelNames),
    dtype: options.dtype ?? (bytes ? 'uint8' : 'float32'),
  }
}
