import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { extname } from 'node:path'
import type { Delimiter } from '../../base/delimiters.js'
import { openFile } from '../../base/files.js'
import { DataError, Dataset, readIdx } from '../../index.js'
import { note } from '../terminal/terminal.js'
import { splitLines } from './lines.js'
import type { FormOptions, LineForm } from './row-format.js'
import { formOf, formOfNumbers } from './row-formats.js'
import { withoutGz } from './table-readers.js'
import { openText } from './text-bytes.js'

/** The maximum number of rows in a batch. The predictions for a batch are computed together. */
const batchRows = 256
/** The maximum number of bytes in a line. It is ample for `width` inputs, and leaves room for other fields. */
const longestLine = (width: number): number => width * 64 + 2 ** 16

export interface RowOptions extends FormOptions {
  /**
   * The factor by which the inputs are multiplied. The default is 1/255 for the bytes of IDX files, and 1 otherwise.
   */
  readonly scale: number | undefined
}

/** Rows whose predictions are computed together. */
export interface Batch {
  /** The inputs of the rows. Undefined if a table has only a header. */
  readonly rows: Dataset | undefined
  /** For each row, the text that is written in front of its prediction. */
  readonly kept: readonly (string | undefined)[]
  readonly form: LineForm
  /** The name of the file, or "standard input". */
  readonly name: string
}

/** The endings of table files that `predict` does not read. */
const otherEndings = ['.parquet', '.npy', '.npz', '.arrow', '.feather', '.xlsx']

/** Yields the rows of an IDX file or a text file in batches. @throws DataError if the file cannot be read */
export async function* rowsOfFile(path: string, options: RowOptions): AsyncGenerator<Batch> {
  const ending = extname(withoutGz(path)).toLowerCase()
  if (otherEndings.includes(ending)) {
    throw new DataError(
      `${path}: predict reads numbers, CSV and NDJSON, plain or gzip, and IDX files, but no ${ending}`,
    )
  }
  const info = await stat(path).catch(() => undefined)
  // The file is opened here to get a good error message if it cannot be read.
  if (!info?.isFIFO() && !info?.isCharacterDevice()) await (await openFile(path, DataError)).close()
  const text = await openText(createReadStream(path)).catch((error) => {
    throw readingError(error, path)
  })
  if (text) yield* rowsOfText(text, path, options, ending === '.tsv' ? '\t' : ',')
  else yield* rowsOfIdx(path, options)
}

async function* rowsOfIdx(path: string, options: RowOptions): AsyncGenerator<Batch> {
  const { width, scale } = options
  const dataset = await readIdx({ inputs: path, ...(scale && { scale }) })
  if (dataset.width !== width) {
    throw new DataError(`${path}: its rows have ${dataset.width} numbers, the network takes ${width}`)
  }
  const form = formOfNumbers(options)
  for (let row = 0; row < dataset.rows; row += batchRows) {
    yield { rows: dataset.slice(row, Math.min(row + batchRows, dataset.rows)), kept: [], form, name: path }
  }
}

/** Yields the rows of standard input in batches. @throws DataError if a row is invalid or the input is an IDX file */
export async function* rowsOfStandardInput(options: RowOptions): AsyncGenerator<Batch> {
  const { stdin } = process
  const name = 'standard input'
  if (stdin.isTTY) note(`type rows of ${options.width} numbers, separated by commas or blanks; Ctrl-D ends them`)
  const text = await openText(stdin).catch((error) => {
    throw readingError(error, name)
  })
  if (!text) throw new DataError(`${name}: it is an IDX file: predict reads those only by their name`)
  yield* rowsOfText(text, name, options, ',')
}

/**
 * Yields rows as soon as they arrive, so that another program can write one line and wait for its prediction. If a row
 * cannot be read, the rows before it are yielded before the error is thrown.
 */
async function* rowsOfText(
  text: AsyncIterable<Uint8Array>,
  name: string,
  options: RowOptions,
  separator: Delimiter,
): AsyncGenerator<Batch> {
  const { width, scale } = options
  const rows = new Float64Array(batchRows * width)
  let kept: (string | undefined)[] = []
  let form: LineForm | undefined
  let isEmpty = true
  const takeBatch = (form: LineForm): Batch => {
    const inputs = rows.subarray(0, kept.length * width)
    const batch = { rows: new Dataset({ inputs, width, ...(scale && { scale }) }), kept, form, name }
    kept = []
    isEmpty = false
    return batch
  }
  try {
    for await (const lines of splitLines(text, longestLine(width))) {
      for (const line of lines) {
        if (!form) {
          form = formOf(line, options, separator)
          if (form.name === 'table') continue
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
  if (form && isEmpty) yield { rows: undefined, kept, form, name }
}

/** Returns a DataError whose message names the input. Errors that do not come from reading are returned unchanged. */
function readingError(error: unknown, name: string): unknown {
  if (error instanceof DataError) return new DataError(`${name}, ${error.message}`, { cause: error })
  if (!(error instanceof Error && 'code' in error)) return error
  const reason = error.code === 'EISDIR' ? 'it is a folder' : error.message
  return new DataError(`cannot read ${name}: ${reason}`, { cause: error })
}
