import { DataError } from '../../base/errors.js'
import { chooseColumns } from '../columns/choose-columns.js'
import { type Classes, classesOf } from '../columns/classes.js'
import type { TableOptions } from '../columns/table-options.js'
import type { RowShape } from './row-batches.js'

/**
 * Special values in `Columns.places`. They mark the columns that are not inputs: unused columns, the label column, and
 * the target columns. The first target column has the value `firstTarget`, which is -3, the second has -4, and so on.
 */
export const unusedPlace = -1
export const labelPlace = -2
export const firstTarget = -3

/** The columns of a text file, and how each column is used. */
export interface Columns {
  /** The number of columns in a row. */
  readonly count: number
  /**
   * For each column, its index among the inputs (0 or more) or a special value. The special value is `unusedPlace`,
   * `labelPlace`, or `firstTarget` minus the index of the column among the targets.
   */
  readonly places: Int32Array
  readonly names: readonly string[] | undefined
  /** The class names. Undefined if labels are numbers. */
  readonly classes: Classes | undefined
  /**
   * The properties of the dataset that will hold the rows of the file. The number of rows is missing, because it is not
   * known yet.
   */
  readonly shape: RowShape
}

/**
 * The maximum number of columns. With this many columns, a line of the maximum length (16 MiB) still has 16 bytes for
 * each number.
 */
export const maxColumns = 2 ** 20

/**
 * Determines how each of the `count` columns of a row is used. The options select the columns by name or by index.
 * @throws DataError if there are more than `maxColumns` columns, if a selected column does not exist or has two uses,
 * or if no column is left for the inputs. The message starts with `where`.
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
  const inputNames = names && inputs.map((column) => names[column])
  const shape = { width: inputs.length, inputNames, targetWidth: targets.length }
  return { count, places, names, classes: classesOf(options.labelNames), shape: shapeOfRow(options, shape) }
}

/**
 * Returns the properties of a dataset that will hold the rows of a text file. The number of rows is missing, because it
 * is not known yet.
 */
export function shapeOfRow(
  { label, dtype, scale }: Pick<TableOptions, 'dtype' | 'scale'> & { readonly label?: unknown },
  columns: Pick<Columns['shape'], 'width' | 'inputNames' | 'targetWidth'>,
): Columns['shape'] {
  return {
    ...columns,
    dtype: dtype ?? 'float32',
    targetDtype: dtype === 'float64' ? 'float64' : 'float32',
    widens: { inputs: dtype === undefined, targets: dtype === undefined || dtype === 'uint8' },
    labels: label !== undefined,
    ...(scale !== undefined && { scale }),
  }
}
