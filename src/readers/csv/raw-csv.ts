import { checkDecimal, type DecimalMark, type Delimiter, delimiters, hasDecimalComma } from '../../base/delimiters.js'
import { DataError } from '../../base/errors.js'
import { quote } from '../columns/names.js'
import { type RawChunk, type RawColumn, type RawTable, rawText } from '../columns/raw-table.js'
import type { ByteStream } from '../text/byte-chunks.js'
import { parseNumber } from '../text/number.js'
import { lineOf, openRecords, type Records } from '../text/records.js'
import { carriageReturn, findCell, lineFeed, newCell, quotation, recordEnds, textOf } from './cells.js'

export interface RawCsvOptions {
  /** The character between two cells. Default: the one that divides the first line into most cells. */
  readonly delimiter?: Delimiter | undefined
  /** The decimal mark of numbers. Default ',' if cells have decimal commas, and none of them a decimal point. */
  readonly decimal?: DecimalMark | undefined
  /** The names of the columns, for a file whose first line is a row. Default: the cells of the first line. */
  readonly names?: readonly string[] | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * Opens a file or a stream of CSV text, whose first line has the names of the columns. A stream can be read only once.
 * @throws DataError if the first line is not a list of different names
 */
export async function openRawCsv(source: string | ByteStream, options: RawCsvOptions): Promise<RawTable> {
  const first = await open(source, options)
  // What a stream has given cannot be read again. A file is opened again for each pass.
  let opened: Awaited<ReturnType<typeof open>> | undefined = first
  if (typeof source === 'string') {
    await first.records.close()
    opened = undefined
  }
  const { name } = first.records
  return {
    source: name,
    names: first.names,
    async *chunks(wanted) {
      if (typeof source !== 'string' && !opened) throw new DataError(`${name} can be read only once`)
      const { records, dialect, names } = opened ?? (await open(source, options))
      opened = undefined
      try {
        do {
          while (records.from < records.to) yield parse(records, dialect, names, wanted)
        } while (await records.more())
      } finally {
        await records.close()
      }
    },
  }
}

interface Dialect {
  readonly delimiter: number
  readonly decimal: number
}

async function open(source: string | ByteStream, options: RawCsvOptions) {
  // Whether a quoted cell is open does not depend on the delimiter, except beside a quote in the middle of a cell.
  let delimiter = options.delimiter
  if (delimiter === undefined && typeof source === 'string') {
    const probe = await openRecords(source, { recordEnds: () => recordEnds(0x2c), quote: quotation }, options.signal)
    try {
      if (await probe.more()) delimiter = delimiterOf(probe)
    } finally {
      await probe.close()
    }
  }
  const code = (delimiter ?? ',').charCodeAt(0)
  const records = await openRecords(source, { recordEnds: () => recordEnds(code), quote: quotation }, options.signal)
  try {
    if (!(await records.more())) throw new DataError(`${records.name}: the text is empty`)
    delimiter ??= delimiterOf(records)
    const dialect = { delimiter: delimiter.charCodeAt(0), decimal: 0x2e }
    const names = options.names ?? readNames(records, dialect)
    const decimal = options.decimal ?? (delimiter === ',' ? '.' : decimalOf(records, dialect))
    checkDecimal(decimal, delimiter)
    return { records, names, dialect: { ...dialect, decimal: decimal.charCodeAt(0) } }
  } catch (error) {
    await records.close()
    throw error
  }
}

/** Returns the character that divides the first line into most cells, or a comma if none does. */
function delimiterOf({ bytes, from, to }: Records): Delimiter {
  let line = bytes.toString('latin1', from, Math.min(to, from + 2 ** 16))
  // A character in quotes divides nothing.
  line = line.replace(/"(?:[^"]|"")*"/g, '""').split('\n', 1)[0]
  const counts = delimiters.map((one) => line.split(one).length)
  return delimiters[counts.indexOf(Math.max(...counts))]
}

/** Reads the names of the columns from the first line. */
function readNames(records: Records, { delimiter }: Dialect): string[] {
  const where = lineOf(records)
  const cell = newCell()
  const names: string[] = []
  let lines = 1
  let at = records.from
  for (;;) {
    findCell(records.bytes, at, records.to, delimiter, cell, () => where)
    names.push(textOf(records.bytes, cell))
    lines += cell.lineFeeds
    at = cell.end + 1
    if (records.bytes[cell.end] === lineFeed) break
  }
  records.from = at
  records.line += lines
  const numbers = names.filter((name) => /^[+-]?[\d.]+$/.test(name))
  if (numbers.length > 0 && 2 * numbers.length >= names.length) {
    throw new DataError(
      `${where}: ${quote(numbers[0])} is a number, expected the names of the columns: give them with the option names`,
      { option: 'names' },
    )
  }
  return names
}

/** Returns the decimal mark of the first rows. */
function decimalOf(records: Records, dialect: Dialect): DecimalMark {
  const { bytes, to } = records
  const cell = newCell()
  let hasCommas = false
  for (let at = records.from, cells = 0; at < to && cells < 10_000; cells++) {
    findCell(bytes, at, to, dialect.delimiter, cell, () => lineOf(records))
    const text = textOf(bytes, cell)
    if (/^[+-]?\d+\.\d+$/.test(text)) return '.'
    hasCommas ||= hasDecimalComma(text)
    at = cell.end + 1
  }
  return hasCommas ? ',' : '.'
}

/** The number of rows in a chunk. Work on a chunk takes a few milliseconds, and then the event loop runs other tasks. */
const chunkRows = 1024

/** Finds the cells of the next rows, up to the end of the text in memory. */
function parse(records: Records, dialect: Dialect, names: readonly string[], wanted: readonly number[]): RawChunk {
  const { bytes, to } = records
  const { delimiter, decimal } = dialect
  const placeOf = new Int32Array(names.length).fill(-1)
  wanted.forEach((column, place) => {
    placeOf[column] = place
  })
  const width = wanted.length
  // Where the content of each cell begins and ends. A cell with escaped quotes has its end negated.
  const starts = new Int32Array(chunkRows * width)
  const ends = new Int32Array(chunkRows * width)
  const lines: number[] = []
  const problems = new Map<number, string>()
  const cell = newCell()
  let rows = 0
  let at = records.from
  while (rows < chunkRows && at < to) {
    const feed = bytes[at] === carriageReturn ? at + 1 : at
    if (bytes[feed] === lineFeed) {
      at = feed + 1
      records.line++
      continue
    }
    lines.push(records.line)
    let column = 0
    let lineFeeds = 0
    for (;;) {
      findCell(bytes, at, to, delimiter, cell, () => lineOf(records))
      const place = column < names.length ? placeOf[column] : -1
      if (place >= 0) {
        starts[rows * width + place] = cell.from
        ends[rows * width + place] = cell.escaped ? -cell.to : cell.to
      }
      column++
      lineFeeds += cell.lineFeeds
      at = cell.end + 1
      if (bytes[cell.end] === lineFeed) break
    }
    if (column !== names.length) problems.set(rows, `expected ${names.length} cells, found ${column}`)
    records.line += 1 + lineFeeds
    rows++
  }
  records.from = at
  const { name, origin } = records
  return {
    rows,
    where: (row) => lineOf({ name, origin, line: lines[row] }),
    column: (index) => columnOf(bytes, decimal, starts, ends, placeOf[index], width),
    problem: problems.size > 0 ? (row) => problems.get(row) : undefined,
  }
}

function columnOf(
  bytes: Buffer,
  decimal: number,
  starts: Int32Array,
  ends: Int32Array,
  place: number,
  width: number,
): RawColumn {
  // Categories repeat, so the last texts are kept by their bytes.
  let last = ''
  let lastFrom = 0
  let lastTo = 0
  return {
    number(row) {
      const at = row * width + place
      return ends[at] < 0 ? Number.NaN : parseNumber(bytes, starts[at], ends[at], decimal)
    },
    text(row) {
      const at = row * width + place
      const from = starts[at]
      const to = Math.abs(ends[at])
      if (to - from !== lastTo - lastFrom || bytes.compare(bytes, lastFrom, lastTo, from, to) !== 0) {
        last = textOf(bytes, { ...newCell(), from, to, escaped: ends[at] < 0 })
        lastFrom = from
        lastTo = to
      }
      return rawText(last)
    },
  }
}
