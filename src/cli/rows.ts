import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { DataError, Dataset, readIdx } from '../index.js'
import { splitLines } from './lines.js'
import { readRow } from './row.js'
import { note } from './terminal.js'

/** Rows that are answered at once. */
const batchRows = 256
/** Characters of a line for each number that a row has: more than any number needs. */
const charactersPerNumber = 64

export interface RowOptions {
  /** Numbers that a row must have. */
  readonly width: number
  /** What they are multiplied by, where that is not for the data to say. */
  readonly scale: number | undefined
}

/** The rows of a file in batches: an IDX file, or text. @throws DataError */
export async function* rowsOfFile(path: string, options: RowOptions): AsyncGenerator<Dataset> {
  if (await isText(path)) {
    yield* rowsOfText(createReadStream(path, 'utf8'), path, options)
    return
  }
  const { width, scale } = options
  const dataset = await readIdx({ inputs: path, ...(scale && { scale }) })
  if (dataset.width !== width) {
    throw new DataError(`${path}: its rows have ${dataset.width} numbers, the network takes ${width}`)
  }
  for (let row = 0; row < dataset.size; row += batchRows) {
    yield dataset.slice(row, Math.min(row + batchRows, dataset.size))
  }
}

/** The rows on standard input in batches. @throws DataError */
export function rowsOfStandardInput(options: RowOptions): AsyncGenerator<Dataset> {
  const { stdin } = process
  if (stdin.isTTY) note(`type rows of ${options.width} numbers, separated by commas or blanks; Ctrl-D ends them`)
  stdin.setEncoding('utf8')
  return rowsOfText(stdin as AsyncIterable<string>, 'standard input', options)
}

/** An IDX file begins with a zero, a compressed one with 0x1f; no line of numbers begins with either. */
async function isText(path: string): Promise<boolean> {
  const file = await open(path).catch(() => undefined)
  if (!file) return false
  try {
    const { bytesRead, buffer } = await file.read(new Uint8Array(1), 0, 1, 0)
    return bytesRead === 1 && buffer[0] !== 0 && buffer[0] !== 0x1f
  } catch {
    // A folder, or a damaged disk: who reads it as an IDX file says so.
    return false
  } finally {
    await file.close()
  }
}

/**
 * Batches as large as what has come allows: who writes a line and waits gets an answer. The rows before one that cannot
 * be read come before its error.
 */
async function* rowsOfText(
  text: AsyncIterable<string>,
  name: string,
  { width, scale }: RowOptions,
): AsyncGenerator<Dataset> {
  const rows = new Float64Array(batchRows * width)
  let filled = 0
  const batch = (): Dataset => {
    const inputs = rows.subarray(0, filled * width)
    filled = 0
    return new Dataset({ inputs, width, ...(scale && { scale }) })
  }
  try {
    for await (const lines of splitLines(text, width * charactersPerNumber)) {
      for (const line of lines) {
        readRow(line, rows.subarray(filled * width, (filled + 1) * width))
        if (++filled === batchRows) yield batch()
      }
      if (filled > 0) yield batch()
    }
  } catch (error) {
    if (filled > 0) yield batch()
    throw readingError(error, name)
  }
}

/** What went wrong with a text, its name included. */
function readingError(error: unknown, name: string): unknown {
  if (error instanceof DataError) return new DataError(`${name}, ${error.message}`, { cause: error })
  if (!(error instanceof Error && 'code' in error)) return error
  const reason = error.code === 'EISDIR' ? 'it is a folder' : error.message
  return new DataError(`cannot read ${name}: ${reason}`, { cause: error })
}
