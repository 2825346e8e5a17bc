import { DataError } from '../base/errors.js'
import type { FloatArray } from '../base/memory.js'
import { parseTime } from '../base/parse-time.js'
import { listNames, quote } from '../readers/columns/names.js'
import type { RawChunk, RawColumn } from '../readers/columns/raw-table.js'
import {
  type DatePart,
  type InputColumn,
  intervalsOf,
  type Scaling,
  type TableSchema,
  truthOf,
  widthOf,
} from './schema.js'

/** A row that does not fit the schema. */
export interface RowProblem {
  /** The row in the chunk. */
  readonly row: number
  /** Where the row is, and what is wrong with it. */
  readonly message: string
}

/** Rows as the inputs of a network. */
export interface EncodedRows {
  /** The number of rows that fit the schema. */
  readonly rows: number
  /** For each of these rows, its place in the chunk. */
  readonly places: Int32Array
  readonly problems: readonly RowProblem[]
}

export interface RowEncoder {
  /** The indices of the columns that the encoder reads. */
  readonly wanted: readonly number[]
  /**
   * Writes the inputs of the rows of a chunk to `out`, row after row from the number `at` on. Rows that do not fit are left
   * out. `out` needs room for all rows of the chunk.
   */
  encode(chunk: RawChunk, out: FloatArray, at: number): EncodedRows
  /** For each input column, the number of rows with a category that training has not seen. */
  readonly unseen: Map<string, number>
}

/**
 * Creates the encoder for tables with the columns `names`. Columns are found by name, so other columns and another order
 * do not matter.
 * @throws DataError if the table lacks a column of the schema
 */
export function createEncoder(
  schema: Pick<TableSchema, 'inputs'>,
  { source, names }: { readonly source: string; readonly names: readonly string[] },
): RowEncoder {
  const wanted = schema.inputs.map(({ name }) => columnIn(source, names, name))
  const width = schema.inputs.reduce((sum, column) => sum + widthOf(column), 0)
  const unseen = new Map<string, number>()
  const fills = schema.inputs.map((column) => fillOf(column, unseen))
  return {
    wanted,
    unseen,
    encode(chunk, out, at) {
      const { rows } = chunk
      out.fill(0, at, at + rows * width)
      const problems = new Map<number, string>()
      if (chunk.problem) {
        for (let row = 0; row < rows; row++) {
          const problem = chunk.problem(row)
          if (problem !== undefined) problems.set(row, `${chunk.where(row)}: ${problem}`)
        }
      }
      let place = at
      schema.inputs.forEach((column, index) => {
        const cells = chunk.column(wanted[index])
        const fill = fills[index]
        for (let row = 0; row < rows; row++) {
          const wrong = fill(cells, row, out, place + row * width)
          if (wrong === undefined || problems.has(row)) continue
          problems.set(row, `${chunk.where(row)}, column ${quote(column.name)}: ${wrong}`)
        }
        place += widthOf(column)
      })
      return withoutProblems(problems, rows, width, out, at)
    },
  }
}

/** Returns the index of a column. */
export function columnIn(source: string, names: readonly string[], name: string): number {
  const index = names.indexOf(name)
  if (index < 0) throw new DataError(`${source} has no column ${quote(name)}; its columns are ${listNames(names)}`)
  if (names.indexOf(name, index + 1) >= 0) throw new DataError(`${source}: two columns have the name ${quote(name)}`)
  return index
}

/** Moves the rows that fit together. */
function withoutProblems(
  problems: ReadonlyMap<number, string>,
  rows: number,
  width: number,
  out: FloatArray,
  at: number,
): EncodedRows {
  const places = new Int32Array(rows - problems.size)
  let kept = 0
  for (let row = 0; row < rows; row++) {
    if (problems.has(row)) continue
    if (kept < row) out.copyWithin(at + kept * width, at + row * width, at + (row + 1) * width)
    places[kept++] = row
  }
  const messages = [...problems].map(([row, message]) => ({ row, message })).sort((a, b) => a.row - b.row)
  return { rows: kept, places, problems: messages }
}

/** Writes the inputs of a cell to `out` from `at` on, where there are zeros. Returns what is wrong with it, if anything. */
type Fill = (cells: RawColumn, row: number, out: FloatArray, at: number) => string | undefined

function fillOf(column: InputColumn, unseen: Map<string, number>): Fill {
  switch (column.kind) {
    case 'number':
      return fillNumber(column)
    case 'boolean':
      return (cells, row, out, at) => {
        const text = cells.text(row)
        if (text === undefined) {
          if (column.indicator) out[at + 1] = 1
          return undefined
        }
        const truth = truthOf(text)
        if (truth === undefined) return `${quote(text)} is not true or false`
        out[at] = truth
        return undefined
      }
    case 'category': {
      const places = new Map(column.categories.map((text, place) => [text, place]))
      const { length: count } = column.categories
      return (cells, row, out, at) => {
        const text = cells.text(row)
        if (text === undefined) {
          if (column.indicator) out[at + count + (column.other ? 1 : 0)] = 1
          return undefined
        }
        const place = places.get(text)
        if (place !== undefined) out[at + place] = 1
        else {
          if (column.other) out[at + count] = 1
          unseen.set(column.name, (unseen.get(column.name) ?? 0) + 1)
        }
        return undefined
      }
    }
    case 'date':
      return fillDate(column)
  }
}

/** Returns an input for a number. The smooth clip is that of RealMLP (Holzmueller, Grinsztajn and Steinwart, 2024). */
export function scaled({ center, factor, clip }: Scaling, value: number): number {
  const input = (value - center) * factor
  if (!clip) return input
  const square = (input / 3) * (input / 3)
  return square < Number.POSITIVE_INFINITY ? input / Math.sqrt(1 + square) : 3 * Math.sign(input)
}

function fillNumber(column: InputColumn & { readonly kind: 'number' }): Fill {
  const edges = Float64Array.from(column.edges)
  const intervals = intervalsOf(column)
  const fill = (value: number, out: FloatArray, at: number): void => {
    out[at] = scaled(column, value)
    for (let i = 0; i < intervals && value > edges[i]; i++) {
      out[at + 1 + i] = value >= edges[i + 1] ? 1 : (value - edges[i]) / (edges[i + 1] - edges[i])
    }
  }
  return (cells, row, out, at) => {
    const value = cells.number(row)
    if (Number.isFinite(value)) {
      fill(value, out, at)
      return Number.isFinite(out[at])
        ? undefined
        : `${value} is too far from the values of training, around ${column.fill}`
    }
    const text = cells.text(row)
    if (text !== undefined) return `${quote(text)} is not a number`
    fill(column.fill, out, at)
    if (column.indicator) out[at + 1 + intervals] = 1
    return undefined
  }
}

/** Returns the part of a time as a share of its cycle, from 0 to below 1. */
export function shareOfCycle(part: DatePart, seconds: number): number {
  const date = new Date(1000 * seconds)
  if (part === 'hour') return (date.getUTCHours() + date.getUTCMinutes() / 60) / 24
  return part === 'weekday' ? date.getUTCDay() / 7 : date.getUTCMonth() / 12
}

function fillDate(column: InputColumn & { readonly kind: 'date' }): Fill {
  const missing = scaled(column, column.fill)
  const { parts } = column
  return (cells, row, out, at) => {
    const text = cells.text(row)
    if (text === undefined) {
      out[at] = missing
      if (column.indicator) out[at + 1 + 2 * parts.length] = 1
      return undefined
    }
    const seconds = parseTime(text)
    if (Number.isNaN(seconds)) return `${quote(text)} is not a date such as 2026-12-01 or 2026-12-01T08:30:00Z`
    out[at] = scaled(column, seconds)
    parts.forEach((part, index) => {
      const angle = 2 * Math.PI * shareOfCycle(part, seconds)
      out[at + 1 + 2 * index] = Math.sin(angle)
      out[at + 2 + 2 * index] = Math.cos(angle)
    })
    return undefined
  }
}
