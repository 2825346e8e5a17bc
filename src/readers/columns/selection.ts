import { DataError, OptionError } from '../../base/errors.js'
import type { DatasetShape } from '../../data/dataset.js'
import { type ChosenColumns, chooseColumns } from './choose-columns.js'
import { type Classes, classesOf } from './classes.js'
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
  const chosen = chooseColumns(source, { count: columns.length, names }, withListColumns(names, options))
  const { inputs, targets, label } = chosen
  const describe = (place: number) => `${columnName(names, place)} is ${columns[place].type}`
  for (const place of [...inputs, ...targets]) {
    const { kind } = columns[place]
    if (kind !== 'texts' && kind !== 'times' && kind !== 'other') continue
    const advice = options.inputs || options.inputNames ? '' : '; select the numeric columns with inputs'
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
    classes: classesOf(options.labelNames),
    dtype: options.dtype ?? (bytes ? 'uint8' : 'float32'),
  }
}

/**
 * Replaces the names of the elements of a list, such as "pixels[0]" and "pixels[1]", by the name of the column that holds
 * the lists.
 */
function withListColumns(names: readonly string[], options: TableOptions): TableOptions {
  const { inputNames } = options
  if (!inputNames) return options
  const columns = inputNames.map((name) => {
    const list = elementName.exec(name)?.[1]
    return list === undefined || names.includes(name) || !names.includes(list) ? name : list
  })
  return { ...options, inputNames: [...new Set(columns)] }
}

const elementName = /^(.*)\[\d+\]$/s

/**
 * Returns a name for each input. The elements of a list have names such as "pixels[0]". Returns undefined if the inputs
 * are the elements of a single list, because these are not columns of a table.
 */
export function inputNamesOf(names: readonly string[], widths: readonly number[]): readonly string[] | undefined {
  if (names.length === 1 && widths[0] > 1) return undefined
  return names.flatMap((name, column) =>
    widths[column] === 1 ? [name] : Array.from({ length: widths[column] }, (_, element) => `${name}[${element}]`),
  )
}
