import { DataError } from '../../errors.js'
import type { DatasetShape } from '../dataset.js'
import type { ColumnId, TabularOptions } from './options.js'

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
  /** The class number of each class name, where labels are names. */
  readonly classes: ReadonlyMap<string, number> | undefined
  /** What a dataset of these rows needs besides their number. */
  readonly shape: Omit<DatasetShape, 'rows'>
}

/** The most columns: as many as a line of the longest length has, if each is some digits long. */
export const mostColumns = 2 ** 20

/**
 * Finds the columns that the options name among `count` columns with names or without.
 * @throws DataError, which begins with `where`, at one that is not there, or is to be two things
 */
export function resolveColumns(
  where: string,
  count: number,
  names: readonly string[] | undefined,
  options: TabularOptions,
): Columns {
  const { label, targets = [], inputs, labelNames, type = 'float32', scale } = options
  if (count > mostColumns) throw new DataError(`${where}: ${count} columns are more than the limit of ${mostColumns}`)
  const places = new Int32Array(count).fill(noPlace)
  const take = (id: ColumnId, place: number): void => {
    const column = findColumn(where, count, names, id)
    if (places[column] !== noPlace) {
      const role = (at: number) => (at === labelPlace ? 'label' : at >= 0 ? 'an input' : 'a target')
      const twice =
        role(place) === role(places[column]) ? `${role(place)} twice` : `${role(places[column])} and ${role(place)}`
      throw new DataError(`${where}: ${columnName(names, column)} cannot be ${twice}`)
    }
    places[column] = place
  }
  if (label !== undefined) take(label, labelPlace)
  targets.forEach((id, place) => {
    take(id, firstTarget - place)
  })
  let width = 0
  if (inputs) for (const id of inputs) take(id, width++)
  else for (let column = 0; column < count; column++) if (places[column] === noPlace) places[column] = width++
  if (width === 0) throw new DataError(`${where}: no column is left for the inputs`)
  return {
    count,
    places,
    names,
    classes: labelNames && new Map(labelNames.map((name, number) => [name, number])),
    shape: {
      width,
      type,
      labels: label !== undefined,
      targetWidth: targets.length,
      ...(scale !== undefined && { scale }),
    },
  }
}

/** 'column "petal" (3)', or 'column 3' where columns have no names. */
export function columnName(names: readonly string[] | undefined, column: number): string {
  return names && column < names.length ? `column ${quote(names[column])} (${column})` : `column ${column}`
}

/** A text as it stands in a message: short, on one line. */
export function quote(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 37)}...` : text)
}

function findColumn(where: string, count: number, names: readonly string[] | undefined, id: ColumnId): number {
  if (typeof id === 'number') {
    if (id < count) return id
    throw new DataError(`${where}: there is no column ${id}, columns go from 0 to ${count - 1}`)
  }
  if (!names) throw new DataError(`${where}: there is no column ${quote(id)}, columns have no names but numbers from 0`)
  const column = names.indexOf(id)
  if (column < 0) throw new DataError(`${where}: there is no column ${quote(id)}, the columns are ${listed(names)}`)
  if (names.indexOf(id, column + 1) >= 0) throw new DataError(`${where}: several columns have the name ${quote(id)}`)
  return column
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 8).map(quote).join(', ')
  return names.length > 8 ? `${shown}, ... (${names.length} columns)` : shown
}
