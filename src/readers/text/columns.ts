import { DataError } from '../../base/errors.js'
import type { DatasetShape } from '../../data/dataset.js'
import { chooseColumns } from '../columns/choose-columns.js'
import { type Classes, classesOf } from '../columns/classes.js'
import type { TableOptions } from '../columns/table-options.js'

/**
 * Special values in `Columns.places`. A value of 0 or more is the index of an input. `firstTarget` is the first target,
 * `firstTarget - 1` the second one, and so on.
 */
export const unusedPlace = -1
export const labelPlace = -2
export const firstTarget = -3

/** The columns of a text file, and how each column is used. */
export interface Columns {
  /** The number of columns in a row. */
  readonly count: number
  /**
   * For each column, its index among the inputs, or one of the special values `unusedPlace`, `labelPlace`, and
   * `firstTarget` minus the index among the targets.
   */
  readonly places: Int32Array
  readonly names: readonly string[] | undefined
  /** The class names. Undefined if labels are numbers. */
  readonly classes: Classes | undefined
  /** The shape of a dataset that is read from the file, without the number of rows. */
  readonly shape: Omit<DatasetShape, 'rows'>
}

/**
 * The maximum number of columns. With this many columns, a line of the maximum length (16 MiB) has 16 bytes for each
 * column.
 */
export const maxColumns = 2 ** 20

/**
 * Determines how each of the `count` columns of a row is used.
 * @throws DataError whose message starts with `where` if there are more than `maxColumns` columns, if a column that the
 * options name does not exist or has two uses, or if no column is left for the inputs
 */
export function resolveColumns(
  where: string,
  count: number,
  names: readonly string[] | undefined,
  options: TableOptions,
): Columns {
  if (count > maxColumns) throw new DataError(`${where}: ${count} columns are more than the limit of ${maxColumns}`)
  const { label, targets, inputs } = chooseColumns(where, { count, names }, options)
  const places = new Int32Array(count).fill(unusedPlace)
  inputs.forEach((column, place) => {
    places[column] = place
  })
  targets.forEach((column, place) => {
    places[column] = firstTarget - place
  })
  if (label !== undefined) places[label] = labelPlace
  const shape = { width: inputs.length, targetWidth: targets.length }
  return { count, places, names, classes: classesOf(options.labelNames), shape: shapeOfRow(options, shape) }
}

/** Returns the shape of a dataset with rows from a text file, without the number of rows. */
export function shapeOfRow(
  { label, dtype = 'float32', scale }: Pick<TableOptions, 'dtype' | 'scale'> & { readonly label?: unknown },
  widths: { readonly width: number; readonly targetWidth: number },
): Columns['shape'] {
  return { ...widths, dtype, labels: label !== undefined, ...(scale !== undefined && { scale }) }
}
