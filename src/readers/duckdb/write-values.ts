import type { DuckDBType, DuckDBValue } from '@duckdb/node-api'
import { DataError, optionError } from '../../base/errors.js'
import { typedArrayName } from '../../base/typed-arrays.js'
import type { DuckdbModule } from './load.js'

/**
 * Rows of numbers, one row after another, with `width` numbers in each row. Each row is written to the database as one
 * value, which is an array of fixed length.
 */
export interface RowsOfNumbers {
  readonly values: Float32Array | Float64Array | Uint8Array
  readonly width: number
}

/** The values of a column, one for each row. */
export type ColumnValues =
  | Uint8Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array
  | BigInt64Array
  | readonly number[]
  | readonly string[]
  | readonly boolean[]
  | RowsOfNumbers

const arrayTypes = [
  [Uint8Array, 'UTINYINT'],
  [Int32Array, 'INTEGER'],
  [Uint32Array, 'UINTEGER'],
  [Float32Array, 'FLOAT'],
  [Float64Array, 'DOUBLE'],
  [BigInt64Array, 'BIGINT'],
] as const

const itemTypes: Record<string, string> = { number: 'DOUBLE', string: 'VARCHAR', boolean: 'BOOLEAN' }

export function isRows(column: ColumnValues): column is RowsOfNumbers {
  return typeof column === 'object' && column !== null && 'values' in column && 'width' in column
}

/** Returns the SQL type that holds the values of a column. */
export function sqlTypeOf(name: string, column: ColumnValues): string {
  if (isRows(column)) return `${sqlTypeOf(name, column.values)}[${column.width}]`
  const found = arrayTypes.find(([{ name }]) => typedArrayName(column) === name)?.[1]
  const type = found ?? (Array.isArray(column) ? itemTypes[typeof column[0]] : undefined)
  if (type) return type
  throw optionError({ [name]: column }, 'a typed array, an array of numbers, strings or booleans, or { values, width }')
}

export function rowsOf(name: string, column: ColumnValues): number {
  if (!isRows(column)) return column.length
  const rows = column.values?.length / column.width
  if (Number.isInteger(rows)) return rows
  throw optionError({ [name]: column }, `rows of ${column.width} values`)
}

/**
 * Converts a value to the form in which DuckDB stores it in a column. Returns undefined if the type of the column
 * cannot hold the value.
 */
export type Convert = (value: unknown) => DuckDBValue | undefined

/**
 * Returns the function that converts values for a column of this type.
 * @throws DataError if predictions cannot be written to a column of this type
 */
export function converterOf(name: string, type: DuckDBType, { DuckDBTypeId: id }: DuckdbModule): Convert {
  const whole = (from: number, to: number): Convert => {
    return (value) =>
      Number.isInteger(value) && Number(value) >= from && Number(value) <= to ? Number(value) : undefined
  }
  const converters: Partial<Record<number, Convert>> = {
    [id.TINYINT]: whole(-128, 127),
    [id.UTINYINT]: whole(0, 255),
    [id.SMALLINT]: whole(-32768, 32767),
    [id.USMALLINT]: whole(0, 65535),
    [id.INTEGER]: whole(-(2 ** 31), 2 ** 31 - 1),
    [id.UINTEGER]: whole(0, 2 ** 32 - 1),
    [id.BIGINT]: (value) =>
      typeof value === 'bigint' || Number.isInteger(value) ? BigInt(value as number) : undefined,
    [id.FLOAT]: number,
    [id.DOUBLE]: number,
    [id.BOOLEAN]: (value) => (typeof value === 'boolean' ? value : undefined),
    [id.VARCHAR]: (value) => (typeof value === 'string' ? value : undefined),
  }
  const convert = converters[type.typeId]
  if (convert) return convert
  throw new DataError(
    `column ${JSON.stringify(name)} of the table is ${type}: predictions are numbers, strings or booleans`,
  )
}

const number: Convert = (value) => (typeof value === 'number' ? value : undefined)
