/**
 * Defines tables whose cells are as the source has them: numbers, texts or missing. A schema decides what they mean. CSV,
 * JSON lines, objects and typed tables all provide this interface.
 */

import type { Chunk, Table } from './table.js'

/** The cells of one column in a chunk. */
export interface RawColumn {
  /** Returns the number in a row, or NaN if the cell is missing or has something else. */
  number(row: number): number
  /**
   * Returns the text in a row, or undefined if the cell is missing. The text of a number is the same in all sources, such
   * as "3" for 3.0.
   * @throws DataError if the source has no such cell
   */
  text(row: number): string | undefined
}

/** Consecutive rows of a table. They can be used until the next chunk is asked for. */
export interface RawChunk {
  readonly rows: number
  /** Returns the cells of the column with this index in `RawTable.names`. */
  column(index: number): RawColumn
  /** Returns where a row is in the source, with which error messages begin. */
  where(row: number): string
  /** Returns what is wrong with a whole row, such as a missing cell. Undefined if all rows have the right form. */
  readonly problem?: ((row: number) => string | undefined) | undefined
}

export interface RawTable {
  /** The name of the source: the path of the file, or 'the query'. Error messages begin with this name. */
  readonly source: string
  readonly names: readonly string[]
  /** Yields the rows in chunks, in the source's order. A chunk has at least the columns in `wanted`. */
  chunks(wanted: readonly number[]): AsyncIterable<RawChunk>
}

/** Texts that stand for a missing value in files of text, beside an empty cell. */
const missingTexts = new Set(['NA', 'N/A', 'n/a', '#N/A', '<NA>', 'NaN', 'nan', 'NULL', 'null', 'None', '?'])

/** Returns a text of a cell as `RawColumn.text` does. */
export function rawText(text: string): string | undefined {
  if (text === '' || (text.length <= 4 && missingTexts.has(text))) return undefined
  if (text.length <= 5 && /^(?:true|false)$/i.test(text)) return text.toLowerCase()
  // A whole number that was written as a decimal, as pandas does where a column has missing values.
  return text.endsWith('.0') && /^-?\d+\.0$/.test(text) ? text.slice(0, -2) : text
}

/** Returns the number that a text of a typed source has, or NaN. Files of text have the same numbers. */
export function rawNumber(text: string): number {
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN
}

/** The `RawTable` of a table with typed columns, such as one of DuckDB or Arrow. */
export function rawTableOf({ source, columns, chunks }: Table): RawTable {
  return {
    source,
    names: columns.map(({ name }) => name),
    async *chunks(wanted) {
      for await (const chunk of chunks(wanted)) yield rawChunk(source, columns, chunk)
    },
  }
}

function rawChunk(source: string, columns: Table['columns'], { first, rows, column }: Chunk): RawChunk {
  return {
    rows,
    where: (row) => `${source}, row ${first + row}`,
    column(index) {
      const isTruth = /^bool/i.test(columns[index].type)
      const values = column(index)
      if (values.kind === 'numbers') {
        const { items, isNull } = values
        const number = (row: number): number => (isNull?.(row) ? Number.NaN : items[row])
        return {
          number: isTruth ? () => Number.NaN : number,
          text(row) {
            const value = number(row)
            if (Number.isNaN(value)) return undefined
            return isTruth ? String(value !== 0) : String(value)
          },
        }
      }
      if (values.kind === 'texts' || values.kind === 'times') {
        return { number: (row) => rawNumber(values.get(row) ?? ''), text: (row) => rawText(values.get(row) ?? '') }
      }
      // Lists and bytes have no text, so that no schema takes them for a category.
      return { number: () => Number.NaN, text: () => `(${columns[index].type})` }
    },
  }
}
