import { isObject } from '../../base/checks.js'
import { inspectValue } from '../../base/errors.js'
import { quote } from './names.js'
import { type RawChunk, rawNumber, rawText } from './raw-table.js'

/** A row of a table as an object, whose keys are the names of the columns. */
export type RowObject = Readonly<Record<string, unknown>>

/**
 * Returns rows that are objects as a chunk of a table. Each of them must have all columns in `wanted`.
 * @param where Returns where a row is in the source.
 */
export function chunkOfObjects(
  objects: readonly unknown[],
  names: readonly string[],
  wanted: readonly number[],
  where: (row: number) => string,
): RawChunk {
  const needed = wanted.map((index) => names[index])
  return {
    rows: objects.length,
    where,
    column(index) {
      const name = names[index]
      const valueAt = (row: number): unknown => {
        const object = objects[row]
        return isObject(object) ? object[name] : undefined
      }
      return { number: (row) => numberOf(valueAt(row)), text: (row) => textOf(valueAt(row)) }
    },
    problem(row) {
      const object = objects[row]
      if (!isObject(object)) return `expected an object, found ${inspectValue(object)}`
      const absent = needed.find((name) => !Object.hasOwn(object, name))
      return absent === undefined ? undefined : `${quote(absent)} is missing: give null if its value is not known`
    },
  }
}

function numberOf(value: unknown): number {
  if (typeof value === 'number') return value
  if (typeof value === 'bigint') return Number(value)
  return typeof value === 'string' ? rawNumber(value) : Number.NaN
}

function textOf(value: unknown): string | undefined {
  if (value === null || value === undefined || Number.isNaN(value)) return undefined
  if (typeof value === 'string') return rawText(value)
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : value.toISOString()
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** Returns the names of all columns that any of the objects has, in the order in which they appear. */
export function namesOfObjects(objects: readonly unknown[]): string[] {
  const names = new Set<string>()
  for (const object of objects) if (isObject(object)) for (const name of Object.keys(object)) names.add(name)
  return [...names]
}
