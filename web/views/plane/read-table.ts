import type { Range } from '#src/drawing/contours'
import type { Point, Points } from './presets.js'

/** The cells of a row, and the line of the text where the row begins, counted from 1. */
interface Row {
  readonly line: number
  readonly cells: readonly string[]
}

/** A table of texts. Columns without a name are called by their numbers, from 1. */
export interface Table {
  readonly names: readonly string[]
  readonly rows: readonly Row[]
}

/** Why a text is not a table of points. `line` is counted from 1. */
export type Problem =
  | { readonly kind: 'no rows' }
  | { readonly kind: 'columns'; readonly found: number }
  | { readonly kind: 'cells'; readonly line: number; readonly found: number; readonly expected: number }
  | { readonly kind: 'open quote'; readonly line: number }
  | { readonly kind: 'after quote'; readonly line: number; readonly text: string }
  | { readonly kind: 'number'; readonly line: number; readonly column: string; readonly text: string }
  | { readonly kind: 'classes'; readonly column: string; readonly found: number }
  | { readonly kind: 'too many'; readonly found: number; readonly limit: number }

export const maxRows = 5000

/**
 * Reads a table of comma-separated values (RFC 4180). The delimiter is the one of `,`, `;`, tab and `|` that is most
 * frequent in the first line. The first line has the names of the columns, unless one of its cells is a number. The
 * library's own reader needs Node.
 */
export function readTable(text: string): Table | Problem {
  const body = text.replace(/^\ufeff/, '')
  const [start] = body.split('\n', 1)
  const counts = [',', ';', '\t', '|'].map((mark) => [mark, start.split(mark).length] as const)
  const [delimiter] = counts.reduce((best, next) => (next[1] > best[1] ? next : best))
  const records = readRecords(body, delimiter)
  if ('kind' in records) return records
  const [first] = records
  if (!first) return { kind: 'no rows' }
  const hasNames = !first.cells.some(isNumber)
  const names = hasNames ? first.cells : first.cells.map((_, i) => String(i + 1))
  const rows = hasNames ? records.slice(1) : records
  if (rows.length === 0) return { kind: 'no rows' }
  if (names.length < 3) return { kind: 'columns', found: names.length }
  if (rows.length > maxRows) return { kind: 'too many', found: rows.length, limit: maxRows }
  const wrong = rows.find(({ cells }) => cells.length !== names.length)
  if (wrong) return { kind: 'cells', line: wrong.line, found: wrong.cells.length, expected: names.length }
  return { names, rows }
}

/** Splits a text into records. Empty lines are left out. */
function readRecords(text: string, delimiter: string): Row[] | Problem {
  const records: Row[] = []
  let at = 0
  let line = 1
  while (at < text.length) {
    const record = { line, cells: [] as string[] }
    for (;;) {
      while (text[at] === ' ') at++
      let quoted: string | undefined
      if (text[at] === '"') {
        quoted = ''
        for (at++; text[at] !== '"' || text[at + 1] === '"'; at++) {
          if (at >= text.length) return { kind: 'open quote', line: record.line }
          if (text[at] === '"') at++
          if (text[at] === '\n') line++
          quoted += text[at]
        }
        at++
      }
      const from = at
      while (at < text.length && text[at] !== delimiter && text[at] !== '\n') at++
      const plain = text.slice(from, at).trim()
      if (quoted !== undefined && plain !== '') return { kind: 'after quote', line, text: plain }
      record.cells.push(quoted ?? plain)
      if (text[at] !== delimiter) break
      at++
    }
    at++
    line++
    if (record.cells.length > 1 || record.cells[0] !== '') records.push(record)
  }
  return records
}

/** Which columns of a table are the coordinates and the class. */
export interface Columns {
  readonly x: number
  readonly y: number
  readonly label: number
}

/** Guesses the columns: the first two columns of numbers, and the last column with exactly two different texts. */
export function guessColumns({ names, rows }: Table): Columns {
  const all = names.map((_, i) => i)
  const texts = (column: number) => new Set(rows.map(({ cells }) => cells[column]))
  const label = all.findLast((column) => texts(column).size === 2) ?? names.length - 1
  const others = all.filter((column) => column !== label)
  const numbers = others.filter((column) => rows.every(({ cells }) => isNumber(cells[column])))
  const [x, y] = numbers.length >= 2 ? numbers : others
  return { x, y, label }
}

function isNumber(text: string): boolean {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) && Number.isFinite(Number(text))
}

/** Makes points of three columns of a table. The class that is named first is class 0. */
export function pointsFrom({ names, rows }: Table, columns: Columns): Points | Problem {
  const classes = [...new Set(rows.map(({ cells }) => cells[columns.label]))]
  if (classes.length !== 2) return { kind: 'classes', column: names[columns.label], found: classes.length }
  const points: Point[] = []
  for (const { line, cells } of rows) {
    for (const column of [columns.x, columns.y]) {
      if (!isNumber(cells[column])) return { kind: 'number', line, column: names[column], text: cells[column] }
    }
    points.push({
      x: Number(cells[columns.x]),
      y: Number(cells[columns.y]),
      label: cells[columns.label] === classes[1] ? 1 : 0,
    })
  }
  return {
    points,
    x: wideRange(points.map(({ x }) => x)),
    y: wideRange(points.map(({ y }) => y)),
    names: { axes: [names[columns.x], names[columns.y]], classes: [classes[0], classes[1]] },
  }
}

/** Returns the range of some numbers, and a tenth more at both ends. */
function wideRange(values: readonly number[]): Range {
  const [low, high] = values.reduce(
    ([low, high], value) => [Math.min(low, value), Math.max(high, value)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  )
  const edge = (high - low) / 10 || 1
  return [low - edge, high + edge]
}
