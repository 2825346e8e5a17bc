import { DataError } from '../index.js'
import { splitCells } from './cells.js'
import type { Line } from './lines.js'
import { readRow } from './row.js'

/** What was kept of a row, to travel with its answer: the fields of an object, or the text of a line below a header. */
export type Kept = Readonly<Record<string, unknown>> | string | undefined

/** How the lines of a text become rows of numbers. */
export interface LineForm {
  readonly name: 'numbers' | 'objects' | 'table'
  /** The first line of a table. */
  readonly header?: string
  /** Reads a line into `row`, and returns what travels with its answer. @throws DataError */
  read(line: Line, row: Float64Array): Kept
}

export interface FormOptions {
  /** Numbers that a row must have. */
  readonly width: number
  /** The fields or columns that are inputs, in their order; where it is not said, they are found in the first line. */
  readonly inputs: readonly string[] | undefined
}

/**
 * The form of a text, which its first line tells: an object in JSON, a header, which has no number, or numbers.
 * @throws DataError where the inputs cannot be told from what else there is
 */
export function formOf(first: Line, options: FormOptions): LineForm {
  const text = first.text.trim()
  if (text.startsWith('{')) return formOfObjects(first, options)
  if (!text.startsWith('[') && isHeader(text)) return formOfTable(first, options)
  if (options.inputs) throw new DataError(`line ${first.number}: --inputs is for objects and for lines below a header`)
  return { name: 'numbers', read: (line, row) => void readRow(line, row) }
}

/** Names begin with letters, and nothing else that a line can have does. */
function isHeader(text: string): boolean {
  return splitCells(text).every((cell) => /^[\p{L}_]/u.test(cell))
}

function formOfObjects(first: Line, { width, inputs }: FormOptions): LineForm {
  const { number } = first
  const object = parseObject(first)
  const names = inputs ?? findInputs(number, object, width)
  const [only] = names
  const isArray = names.length === 1 && Array.isArray(object[only])
  if (!isArray && names.length !== width) {
    throw new DataError(`line ${number}: --inputs names ${names.length} fields, the network takes ${width} numbers`)
  }
  return {
    name: 'objects',
    read(line, row) {
      const fields = parseObject(line)
      const values = isArray ? fields[only] : names.map((name) => fields[name])
      const place = (index: number) => (isArray ? `${quote(only)}[${index}]` : quote(names[index]))
      if (!Array.isArray(values) || values.length !== width) {
        const found = Array.isArray(values) ? `${values.length}` : JSON.stringify(values)
        throw new DataError(
          `line ${line.number}: expected an array of ${width} numbers as ${quote(only)}, found ${found}`,
        )
      }
      for (const [index, value] of values.entries()) {
        if (typeof value !== 'number' || !Number.isFinite(value)) {
          const found = value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 40)
          throw new DataError(`line ${line.number}: expected a number as ${place(index)}, found ${found}`)
        }
        row[index] = value
      }
      return fields
    },
  }
}

/** The one array of so many numbers, or as many fields with a number each. */
function findInputs(number: number, object: Readonly<Record<string, unknown>>, width: number): string[] {
  const entries = Object.entries(object)
  const arrays = entries.filter(([, value]) => Array.isArray(value) && value.length === width)
  if (arrays.length === 1) return [arrays[0][0]]
  const numbers = entries.filter(([, value]) => typeof value === 'number')
  if (numbers.length === width) return numbers.map(([name]) => name)
  throw new DataError(
    `line ${number}: which of the fields ${entries.map(([name]) => quote(name)).join(', ')} are the ${width} inputs? Name them: --inputs a,b,c, or the one field that has them as an array`,
  )
}

function parseObject({ number, text }: Line): Readonly<Record<string, unknown>> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new DataError(
      `line ${number}: expected an object in JSON (${error instanceof Error ? error.message : error})`,
    )
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  throw new DataError(`line ${number}: expected an object in JSON, found ${text.trim().slice(0, 40)}`)
}

function formOfTable(first: Line, { width, inputs }: FormOptions): LineForm {
  const header = first.text.trim()
  const columns = splitCells(header)
  const names = inputs ?? columns
  if (names.length !== width) {
    const problem = `${inputs ? '--inputs' : 'the header'} names ${names.length} columns, the network takes ${width} numbers`
    throw new DataError(`line ${first.number}: ${problem}${inputs ? '' : ': say which with --inputs a,b,c'}`)
  }
  const places = names.map((name) => {
    const place = columns.indexOf(name)
    if (place >= 0) return place
    throw new DataError(`line ${first.number}: there is no column ${quote(name)}; there are ${columns.join(', ')}`)
  })
  return {
    name: 'table',
    header,
    read({ number, text }, row) {
      const line = text.replace(/\r$/, '')
      const cells = splitCells(line)
      if (cells.length !== columns.length) {
        throw new DataError(`line ${number}: expected ${columns.length} columns, found ${cells.length}`)
      }
      for (const [index, place] of places.entries()) {
        const cell = cells[place]
        const value = cell === '' ? Number.NaN : Number(cell)
        if (!Number.isFinite(value)) {
          throw new DataError(
            `line ${number}: expected a number in column ${quote(columns[place])}, found ${quote(cell)}`,
          )
        }
        row[index] = value
      }
      return line
    },
  }
}

const quote = (text: string): string => JSON.stringify(text.length > 40 ? `${text.slice(0, 37)}...` : text)
