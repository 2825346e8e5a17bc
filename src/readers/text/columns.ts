import { DataError } from '../../base/errors.js'
import type { DatasetShape } from '../../data/dataset.js'
import { chooseColumns } from '../columns/choose-columns.js'
import { type Classes, classesOf } from '../columns/classes.js'
import type { TableOptions } from '../columns/table-options.js'

/** What a column of a text is for: places from 0 are inputs, places from firstTarget downwards are targets. */
export const noPlace = -1
export const labelPlace = -2
export const firstTarget = -3

/** The columns of a text and what they are for. */
export interface Columns {
  /** Of a row. */
  readonly count: number
  /** For each column: its place among the inputs, or one of the above. */
  readonly places: Int32Array
  readonly names: readonly string[] | undefined
  /** Undefined where labels are numbers. */
  readonly classes: Classes | undefined
  /** What a dataset of these rows needs besides their number. */
  readonly shape: Omit<DatasetShape, 'rows'>
}

/** The most columns: as many as a line of the longest length has, if each is some digits long. */
export const mostColumns = 2 ** 20

/**
 * What a row of `count` columns, with names or without, is for.
 * @throws DataError, which begins with `where`, as `chooseColumns` does
 */
export function resolveColumns(
  where: string,
  count: number,
  names: readonly string[] | undefined,
  options: TableOptions,
): Columns {
  if (count > mostColumns) throw new DataError(`${where}: ${count} columns are more than the limit of ${mostColumns}`)
  const { label, targets, inputs } = chooseColumns(where, { count, names }, options)
  const places = new Int32Array(count).fill(noPlace)
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

/** What a dataset of rows of texts needs besides their number. */
export function shapeOfRow(
  { label, dtype = 'float32', scale }: Pick<TableOptions, 'dtype' | 'scale'> & { readonly label?: unknown },
  widths: { readonly width: number; readonly targetWidth: number },
): Columns['shape'] {
  return { ...widths, dtype, labels: label !== undefined, ...(scale !== undefined && { scale }) }
}
