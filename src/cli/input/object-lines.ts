import { inspectValue, messageOf } from '../../base/errors.js'
import { DataError } from '../../index.js'
import { joinCells } from './cells.js'
import { expectedFor } from './decimal.js'
import type { Line } from './lines.js'
import { checkOwn, columnsOfFirst, type FormOptions, inputsOfFirst, type LineForm } from './row-format.js'

type Fields = Readonly<Record<string, unknown>>

/**
 * Returns the LineForm for lines that are JSON objects. The fields of a row are copied to the output as text, so that
 * long numbers keep all their digits.
 * @throws DataError if the first object does not show which fields are the inputs
 */
export function formOfObjects(first: Line, options: FormOptions): LineForm {
  const { width, dtype, inputs, format = 'ndjson' } = options
  const { number } = first
  const object = parseObject(first)
  const names = inputs ?? findInputs(number, object, options)
  const [only] = names
  const isArray = names.length === 1 && Array.isArray(object[only])
  if (!isArray && names.length !== width) {
    throw new DataError(`line ${number}: --inputs names ${names.length} fields, the network takes ${width} numbers`)
  }
  const fieldNames = [...valuesOf(first.text).keys()]
  const columns = new Set(columnsOfFirst(options, fieldNames) ?? fieldNames)
  const answerNames = options.answerNames(format)
  const place = (index: number) => (isArray ? `${inspectValue(only)}[${index}]` : inspectValue(names[index]))

  function readInputs(line: Line, fields: Fields, row: Float64Array): void {
    const own = (name: string): unknown => (Object.hasOwn(fields, name) ? fields[name] : undefined)
    const values = isArray ? own(only) : names.map(own)
    if (!Array.isArray(values) || values.length !== width) {
      const found = Array.isArray(values) ? `${values.length}` : shown(values)
      throw new DataError(
        `line ${line.number}: expected an array of ${width} numbers as ${inspectValue(only)}, found ${found}`,
      )
    }
    for (const [index, value] of values.entries()) {
      const expected = expectedFor(value, dtype)
      if (expected) {
        throw new DataError(`line ${line.number}: expected ${expected} as ${place(index)}, found ${shown(value)}`)
      }
      row[index] = Number(value)
    }
  }

  function asCells({ number, text }: Line): string {
    const values = valuesOf(text)
    for (const name of values.keys()) {
      if (columns.has(name)) continue
      throw new DataError(
        `line ${number}: there is a field ${inspectValue(name)}, for which the first row has no column`,
      )
    }
    return joinCells(
      Array.from(columns, (name) => asCell(values.get(name))),
      ',',
    )
  }

  return {
    name: 'objects',
    format,
    inputs: names,
    columns: [...columns],
    separator: ',',
    decimal: '.',
    ...(format === 'csv' && { header: joinCells([...columns], ',') }),
    read(line, row) {
      const fields = parseObject(line)
      readInputs(line, fields, row)
      checkOwn(line, answerNames, (name) => Object.hasOwn(fields, name))
      if (format === 'text') return undefined
      return format === 'csv' ? asCells(line) : `${line.text.slice(0, line.text.lastIndexOf('}')).trim()},`
    },
  }
}

/**
 * Returns the names of the input fields. These are the names of the network's inputs if the object has a field with one
 * of these names. Otherwise, if exactly one field is an array of length `width`, it holds all inputs, and the result is
 * its name. In any other case, returns the names of the network's inputs. If the network has no names, returns the
 * names of the inputs in the first file, or the names of all fields with numbers.
 * @throws DataError if the number of inputs is not `width`
 */
function findInputs(number: number, object: Fields, options: FormOptions): readonly string[] {
  const { width, inputNames } = options
  const entries = Object.entries(object)
  const arrays = entries.filter(([, value]) => Array.isArray(value) && value.length === width)
  if (inputNames && (arrays.length !== 1 || inputNames.some((name) => Object.hasOwn(object, name)))) return inputNames
  if (arrays.length === 1) return [arrays[0][0]]
  const known = inputsOfFirst(options, (name) => Object.hasOwn(object, name))
  if (known) return known
  const numbers = entries.filter(([, value]) => typeof value === 'number')
  if (numbers.length === width) return numbers.map(([name]) => name)
  throw new DataError(
    `line ${number}: which of the fields ${entries.map(([name]) => inspectValue(name)).join(', ')} are the ${width} inputs? Name them: --inputs a,b,c, or the one field that has them as an array`,
  )
}

function parseObject({ number, text }: Line): Fields {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new DataError(`line ${number}: expected an object in JSON (${messageOf(error)})`)
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields
  throw new DataError(`line ${number}: expected an object in JSON, found ${text.trim().slice(0, 40)}`)
}

/** Returns the value of each field as JSON text, in the order of the fields. */
function valuesOf(json: string): Map<string, string> {
  const values = new Map<string, string>()
  let depth = 0
  let from = 0
  let name = ''
  // The pattern matches each string as one token, so that brackets inside a string do not count.
  for (const { 0: token, index = 0 } of json.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]/g)) {
    const isEnd = token === '}' || token === ']'
    if (depth === 1 && token === ':') name = JSON.parse(json.slice(from, index))
    else if (depth === 1 && (token === ',' || isEnd)) {
      const value = json.slice(from, index).trim()
      if (value !== '') values.set(name, value)
    }
    if (isEnd) depth--
    else if (token === '{' || token === '[') depth++
    if (depth === 1 && ':,{'.includes(token)) from = index + 1
  }
  return values
}

/**
 * Converts the JSON text of a value to a CSV cell. A string loses its quotes. The cell is empty for null and for a
 * missing value.
 */
function asCell(value = 'null'): string {
  if (value === 'null') return ''
  return value.startsWith('"') ? JSON.parse(value) : value
}

const shown = (value: unknown): string => (value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 40))
