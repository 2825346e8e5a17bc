import { type Delimiter, hasDecimalComma } from '../../base/delimiters.js'
import { inspectValue } from '../../base/errors.js'
import { onOneLine } from '../../base/printable.js'
import { DataError } from '../../index.js'
import { joinCells, splitCells } from './cells.js'
import { expectedFor, parseDecimal } from './decimal.js'
import type { Line } from './lines.js'
import { checkOwn, columnsOfFirst, type FormOptions, inputsOfFirst, type LineForm } from './row-format.js'

/** Returns the LineForm for the lines below a header. @throws DataError if the columns do not fit the network */
export function formOfTable(first: Line, options: FormOptions, separator: Delimiter): LineForm {
  const { width, dtype, decimal, format = 'csv' } = options
  const columns = splitCells(first, separator)
  const inputs = inputsOf(first, columns, options)
  const places = inputs.map((name) => placeOf(first, columns, name))
  checkOwn(first, options.answerNames(format), (name) => columns.includes(name))
  if (format === 'ndjson') for (const name of columns) placeOf(first, columns, name)
  // The output repeats each input line unchanged, except in two cases: --format csv replaces the tabs between cells by
  // commas, and the cells of a later file are brought into the order of the first file's columns.
  const withCommas = options.format === 'csv' && separator === '\t'
  const plain = { header: withCommas ? joinCells(columns, ',') : first.text, separator: withCommas ? ',' : separator }
  const others =
    format === 'csv' && options.first?.header !== plain.header ? columnsOfFirst(options, columns) : undefined
  const order = others?.map((name) => columns.indexOf(name))
  const written = (order && options.first) ?? plain
  function before({ text }: Line, cells: readonly string[]): string {
    if (order)
      return joinCells(
        order.map((place) => cells[place]),
        written.separator,
      )
    return withCommas ? joinCells(cells, ',') : text
  }

  function after(line: Line, cells: readonly string[]): string | undefined {
    if (format === 'csv') return before(line, cells)
    if (format === 'text') return undefined
    return `{${columns.map((name, place) => `${JSON.stringify(name)}:${JSON.stringify(cells[place])},`).join('')}`
  }

  return {
    name: 'table',
    format,
    inputs,
    columns: others ?? columns,
    ...(written.header !== undefined && { header: written.header }),
    separator: written.separator,
    decimal,
    read(line, row) {
      const cells = splitCells(line, separator)
      if (cells.length !== columns.length) {
        throw new DataError(`line ${line.number}: expected ${columns.length} columns, found ${cells.length}`)
      }
      for (let index = 0; index < width; index++) {
        const cell = cells[places[index]]
        const value = parseDecimal(cell, decimal)
        const expected = expectedFor(value, dtype, decimal)
        if (expected) {
          const column = inspectValue(columns[places[index]])
          const isComma = decimal === '.' && separator !== ',' && hasDecimalComma(cell)
          const hint = isComma ? ': if "," is the decimal mark, say so with the option --decimal' : ''
          throw new DataError(
            `line ${line.number}: expected ${expected} in column ${column}, found ${inspectValue(cell)}${hint}`,
          )
        }
        row[index] = value
      }
      return after(line, cells)
    },
  }
}

/** Returns the names of the columns that are the inputs. */
function inputsOf(first: Line, columns: readonly string[], options: FormOptions): readonly string[] {
  const { width, inputs, inputNames } = options
  const names = inputs ?? inputNames ?? inputsOfFirst(options, (name) => columns.includes(name)) ?? columns
  if (names.length !== width) {
    const problem = `${inputs ? '--inputs' : 'the header'} names ${names.length} columns, the network takes ${width} numbers`
    throw new DataError(`line ${first.number}: ${problem}${inputs ? '' : ': say which with --inputs a,b,c'}`)
  }
  return names
}

function placeOf({ number }: Line, columns: readonly string[], name: string): number {
  const place = columns.indexOf(name)
  if (place < 0)
    throw new DataError(
      `line ${number}: there is no column ${inspectValue(name)}; there are ${columns.map(onOneLine).join(', ')}`,
    )
  if (columns.includes(name, place + 1)) {
    throw new DataError(`line ${number}: several columns have the name ${inspectValue(name)}`)
  }
  return place
}
