import { DataError } from '../../base/errors.js'
import type { DatasetShape } from '../../data/dataset.js'
import { chooseColumns } from '../columns/choose-columns.js'
import { type Classes, classesOf } from '../columns/classes.js'
import type { TableOptions } from '../columns/table-options.js'

/** Values of `Columns.places`: 0 and above are inputs, `firstTarget` and below are targets. */
export const unusedPlace = -1
export const labelPlace = -2
export const firstTarget = -3

/** The columns of a text and how they are used. */
export interface Columns {
  /** Columns in a row. */
  readonly count: number
  /** For each column: its index among the inputs, or one of the values above. */
  readonly places: Int32Array
  readonly names: readonly string[] | undefined
  /** Undefined if labels are numbers. */
  readonly classes: Classes | undefined
  /** The shape of a dataset of these rows, without the number of rows. */
  readonly shape: Omit<DatasetShape, 'rows'>
}

/** The most columns: roughly what fits into the longest line. */
export const maxColumns = 2 ** 20

/**
 * Works out how the `count` columns of a row are used.
 * @throws DataError, starting with `where`, as `chooseColumns` does, and if there are too many columns
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

/** The shape of a dataset of rows of texts, without the number of rows. */
export function shapeOfRow(
  { label, dtype = 'float32', scale }: Pick<TableOptions, 'dtype' | 'scale'> & { readonly label?: unknown },
  widths: { readonly width: number; readonly targetWidth: number },
): Columns['shape'] {
  return { ...widths, dtype, labels: label !== undefined, ...(scale !== undefined && { scale }) }
}
