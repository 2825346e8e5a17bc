import { DataError } from '../../base/errors.js'
import { columnName, listNames, quote } from './names.js'
import type { ColumnId, TableOptions } from './table-options.js'

/** The columns of a table, and how options can refer to them. */
export interface ColumnHeads {
  readonly count: number
  /** The names of the columns. Undefined if columns can only be given by their indices. */
  readonly names: readonly string[] | undefined
  /** Whether columns can also be given by their indices. Default true. */
  readonly numbered?: boolean
}

/** The indices of the columns that the options select, counted from 0. */
export interface ChosenColumns {
  readonly label: number | undefined
  readonly targets: readonly number[]
  readonly inputs: readonly number[]
}

/**
 * Finds the columns that the options name. Without the options `inputs` and `inputNames`, all columns except the label
 * and the targets are inputs. The option `inputNames` is ignored if the columns have no names.
 * @throws DataError if a column does not exist or has two uses, or if no column is left as input. The message starts
 * with `where`.
 */
export function chooseColumns(
  where: string,
  heads: ColumnHeads,
  options: Pick<TableOptions, 'label' | 'targets' | 'inputs' | 'inputNames'>,
): ChosenColumns {
  const find = columnFinder(where, heads)
  const roles = new Map<number, string>()
  const take = (id: ColumnId, role: string, findId = find): number => {
    const column = findId(id)
    const before = roles.get(column)
    if (before !== undefined) {
      const both = before === role ? `${role} twice` : `both ${before} and ${role}`
      throw new DataError(`${where}: ${columnName(heads.names, column)} cannot be ${both}`)
    }
    roles.set(column, role)
    return column
  }
  const label = options.label === undefined ? undefined : take(options.label, 'the label')
  const targets = (options.targets ?? []).map((id) => take(id, 'a target'))
  // A name that consists of digits, such as "3", must not stand for the column with this index.
  const findName = columnFinder(where, { ...heads, numbered: false })
  const byName = heads.names && options.inputNames?.map((name) => take(name, 'an input', findName))
  const inputs = options.inputs?.map((id) => take(id, 'an input')) ?? byName ?? []
  if (!options.inputs && !byName)
    for (let column = 0; column < heads.count; column++) if (!roles.has(column)) inputs.push(column)
  if (inputs.length === 0) throw new DataError(`${where}: no column is left for the inputs`)
  return { label, targets, inputs }
}

/** Returns the column index if the id is a number or a string of digits. Returns undefined if the id is a name. */
export function numberOf(id: ColumnId): number | undefined {
  return typeof id === 'number' ? id : /^\d{1,9}$/.test(id) ? Number(id) : undefined
}

function columnFinder(where: string, { count, names, numbered = true }: ColumnHeads): (id: ColumnId) => number {
  const places = new Map<string, number>()
  const twice = new Set<string>()
  names?.forEach((name, place) => {
    if (places.has(name)) twice.add(name)
    places.set(name, place)
  })
  return (typed) => {
    const id = typeof typed === 'number' || places.has(typed) || !numbered ? typed : (numberOf(typed) ?? typed)
    if (typeof id === 'number') {
      const range = numbered ? `columns go from 0 to ${count - 1}` : 'the members of an object are chosen by name'
      if (!numbered || id >= count) throw new DataError(`${where}: there is no column ${id}, ${range}`)
      return id
    }
    const place = places.get(id)
    if (place === undefined) {
      const there = names ? `the columns are ${listNames(names)}` : 'the columns have no names, only numbers from 0'
      throw new DataError(`${where}: there is no column ${quote(id)}, ${there}`)
    }
    if (twice.has(id)) {
      throw new DataError(`${where}: several columns are named ${quote(id)}: give their numbers from 0 instead`)
    }
    return place
  }
}
