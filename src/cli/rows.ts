import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { DataError, Dataset, readIdx } from '../index.js'
import { type FormOptions, formOf, type Kept, type LineForm } from './line-forms.js'
import { splitLines } from './lines.js'
import { note } from './terminal.js'

/** Rows that are answered at once. */
const batchRows = 256
/** Characters of a line: more than its numbers need, and something for what else a row may have. */
const longestLine = (width: number): number => width * 64 + 2 ** 16

export interface RowOptions extends FormOptions {
  /** What the numbers are multiplied by, where that is not for the data to say. */
  readonly scale: number | undefined
}

/** Rows to be answered together. */
export interface Batch {
  readonly rows: Dataset
  /** What travels with the answer to each row. */
  readonly kept: readonly Kept[]
  readonly form: Pick<LineForm, 'name' | 'header'>
}

/** The rows of a file in batches: an IDX file, or text. @throws DataError */
export async function* rowsOfFile(path: string, options: RowOptions): AsyncGenerator<Batch> {
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
    const rows = dataset.slice(row, Math.min(row + batchRows, dataset.size))
    yield { rows, kept: [], form: { name: 'numbers' } }
  }
}

/** The rows on standard input in batches. @throws DataError */
export function rowsOfStandardInput(options: RowOptions): AsyncGenerator<Batch> {
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
async function* rowsOfText(text: AsyncIterable<string>, name: string, options: RowOptions): AsyncGenerator<Batch> {
  const { width, scale } = options
  const rows = new Float64Array(batchRows * width)
  let kept: Kept[] = []
  let form: LineForm | undefined
  const takeBatch = (form: LineForm): Batch => {
    const inputs = rows.subarray(0, kept.length * width)
    const batch = { rows: new Dataset({ inputs, width, ...(scale && { scale }) }), kept, form }
    kept = []
    return batch
  }
  try {
    for await (const lines of splitLines(text, longestLine(width))) {
      for (const line of lines) {
        if (!form) {
          form = formOf(line, options)
          if (form.header !== undefined) continue
        }
        kept.push(form.read(line, rows.subarray(kept.length * width, (kept.length + 1) * width)))
        if (kept.length === batchRows) yield takeBatch(form)
      }
      if (form && kept.length > 0) yield takeBatch(form)
    }
  } catch (error) {
    if (form && kept.length > 0) yield takeBatch(form)
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
