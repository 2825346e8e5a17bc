import type { Delimiter } from '../../base/delimiters.js'
import { DataError } from '../../index.js'
import { UsageError } from '../parsing/usage-error.js'
import type { Line } from './lines.js'

const quotedCell = '"([^"]*(?:""[^"]*)*)"'
const patternOf = (separator: Delimiter, blank: string): RegExp =>
  new RegExp(`(?:${blank}*${quotedCell}${blank}*|(?!${blank}*")([^${separator}]*))([${separator}]|$)`, 'y')

/** Matches a cell, the blanks around it and its separator. A tab does not count as a blank if it is the separator. */
const patterns = {
  ',': patternOf(',', '[ \\t]'),
  ';': patternOf(';', '[ \\t]'),
  '|': patternOf('|', '[ \\t]'),
  '\t': patternOf('\t', ' '),
} as const

/**
 * Splits a line of CSV (RFC 4180). Quoted cells may hold separators and doubled quotes, but no line ends.
 * @throws DataError if a quoted cell does not end, or text follows its closing quote
 */
export function splitCells({ number, text }: Line, separator: Delimiter = ','): string[] {
  return split(text, separator, (problem) => {
    throw new DataError(`line ${number}: ${problem}`)
  })
}

/**
 * Splits a list of names at its commas. A name with a comma must be quoted, as in CSV.
 * @throws UsageError if a quoted name does not end, or text follows its closing quote
 */
export function splitNames(option: string, text: string): string[] {
  return split(text, ',', (problem) => {
    throw new UsageError(`${option}: ${problem}`)
  })
}

function split(text: string, separator: Delimiter, fail: (problem: string) => never): string[] {
  if (!text.includes('"')) return text.split(separator).map((cell) => cell.trim())
  const cells: string[] = []
  const pattern = patterns[separator]
  pattern.lastIndex = 0
  for (;;) {
    const from = pattern.lastIndex
    const found = pattern.exec(text)
    if (!found) {
      const problem = new RegExp(`^\\s*${quotedCell}`).test(text.slice(from))
        ? 'goes on after its closing quote'
        : 'does not end on this line: cells with line ends in them are not read here'
      return fail(`the quoted cell at place ${cells.length + 1} ${problem}`)
    }
    const [, quoted, plain = '', end] = found
    cells.push(quoted === undefined ? plain.trim() : quoted.replaceAll('""', '"'))
    if (end === '') return cells
  }
}

/** Joins values into a line of a table. Quotes the values that need quotes. */
export function joinCells(values: readonly unknown[], separator: Delimiter): string {
  return values.map((value) => asCell(value, separator)).join(separator)
}

function asCell(value: unknown, separator: Delimiter): string {
  const text = String(value)
  return text.includes(separator) || /["\t\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
