import { openBytes } from '../../base/byte-source.js'
import { OptionError, optionError } from '../../base/errors.js'
import { type Dataset, withInputs } from '../../data/dataset.js'
import { joinBatches } from '../columns/batches.js'
import type { Table } from '../columns/table.js'
import { type BatchOptions, batchKeys, checkTableOptions, pick, type TableOptions } from '../columns/table-options.js'
import { attempt, type DatabaseOptions, databaseKeys, type OpenDatabase } from './connection.js'
import { batchesOfFiles, filesAt, nameOf, onlyContent, sqlPath, sqlText, type TablePath } from './file-table.js'

export interface TypedCsvOptions extends TableOptions, DatabaseOptions {
  /**
   * The SQL type of each column, in the order of the columns in the file, such as `{ area: 'FLOAT', kind: 'VARCHAR' }`.
   * Default: detected from the first 20,480 rows, which takes seconds for hundreds of columns.
   */
  columns?: Readonly<Record<string, string>>
  /** Whether the first line names the columns. Default true. */
  header?: boolean
  /** The character between two cells. Default ','. */
  delimiter?: string
  /** The quote character around a text that contains delimiters or line ends. Default '"'. */
  quote?: string
  /** The character that escapes a quote in a quoted text. Default '"'. */
  escape?: string
  /** The text that means NULL. Default '', an empty cell. */
  nullText?: string
}

const textKeys = ['delimiter', 'quote', 'escape', 'nullText']
const csvKeys = ['columns', 'header', ...textKeys]

/**
 * Reads CSV files into one dataset with DuckDB, which supports many dialects and types. The files are plain or gzip.
 * The names of gzip files must end in .gz. The rows are read in batches, which are then joined. This needs twice the
 * memory of the data. For numbers without quotes, `readCsv` of descent-nn is faster.
 * @throws DataError if a file does not exist or if a line does not match the columns; every error that `readSql` throws
 */
export async function readTypedCsv(path: TablePath, options: TypedCsvOptions = {}): Promise<Dataset> {
  return joinBatches(nameOf(path), csvBatches(path, options, []), options.shard)
}

/**
 * Reads CSV files in batches of `batchSize` rows. Throws the same errors as `readTypedCsv`, except that files without
 * rows are allowed.
 */
export function streamTypedCsv(
  path: TablePath,
  options: TypedCsvOptions & BatchOptions = {},
): AsyncGenerator<Dataset, void> {
  return csvBatches(path, options, batchKeys)
}

async function* csvBatches(
  path: TablePath,
  options: TypedCsvOptions & BatchOptions,
  more: readonly string[],
): AsyncGenerator<Dataset, void> {
  checkTableOptions('typed CSV', options, [...databaseKeys, ...csvKeys, ...more])
  const settings = dialect(options)
  const call = (files: string) => `read_csv(${files}, ${settings}, ${onlyContent})`
  const prepare = async (database: OpenDatabase, paths: readonly string[], table: Table) => {
    await checkFiles(database, paths, table.columns.length, options)
    if (options.shard) await checkOrder(database)
    return table
  }
  if (options.header !== false || options.columns) {
    yield* batchesOfFiles(path, call, options, false, prepare)
    return
  }
  // Without a header, DuckDB makes up names such as column0. They are not names of the data.
  const { inputNames: _, ...unnamed } = options
  for await (const batch of batchesOfFiles(path, call, unnamed, false, prepare)) {
    const { inputs, width } = batch
    yield withInputs(batch, { inputs, width, inputNames: undefined })
  }
}

/**
 * Checks that rows come in the order of the files, as they do unless a given connection has another setting.
 * @throws OptionError if rows may come in another order, so that shards may have rows in common
 */
async function checkOrder({ connection }: OpenDatabase): Promise<void> {
  const setting = "SELECT current_setting('preserve_insertion_order')"
  const [[isKept]] = (await connection.runAndReadAll(setting)).getRows()
  if (isKept === true) return
  throw new OptionError('shard needs the setting preserve_insertion_order of the connection, which is false')
}

/**
 * Checks for damage that DuckDB does not report. From a damaged file, DuckDB would read only some of the rows, or none.
 * @throws DataError if a file is damaged
 */
async function checkFiles(
  database: OpenDatabase,
  paths: readonly string[],
  count: number,
  options: TypedCsvOptions,
): Promise<void> {
  const columns = Object.fromEntries(Array.from({ length: count }, (_, column) => [`column ${column}`, 'VARCHAR']))
  const settings = dialect({ ...options, columns, header: false })
  for (const file of (await Promise.all(paths.map((path) => filesAt(database, path)))).flat()) {
    if (file.endsWith('.gz') && !file.includes('://')) await checkGzip(file, options.signal)
    // Read the header as if it were a row. This query fails if the header cannot be split into cells.
    if (options.header === false) continue
    await attempt(
      file,
      database.connection.run(`SELECT * FROM read_csv(${sqlPath(file)}, ${settings}, ${onlyContent}) LIMIT 1`),
    )
  }
}

/**
 * Reads a gzip file to its end, where its checksum is verified. DuckDB does not detect that a gzip file was cut off,
 * and would return fewer rows.
 */
async function checkGzip(file: string, signal: AbortSignal | undefined): Promise<void> {
  const source = await openBytes(file)
  const chunk = new Uint8Array(2 ** 18)
  try {
    do signal?.throwIfAborted()
    while ((await source.read(chunk)) === chunk.length)
  } finally {
    await source.close()
  }
}

/**
 * Returns the arguments of `read_csv` that define the dialect. All of these arguments are set, so that DuckDB does not
 * try other dialects. If the option `columns` is given, DuckDB does not examine any rows in advance.
 */
function dialect(options: TypedCsvOptions): string {
  const { columns, header = true } = options
  const texts = { delimiter: ',', quote: '"', escape: '"', nullText: '', ...pick(options, textKeys) }
  if (typeof header !== 'boolean') throw optionError({ header }, 'true or false')
  for (const [name, text] of Object.entries(texts)) {
    if (typeof text !== 'string') throw optionError({ [name]: text }, 'a string')
  }
  const settings = [
    `auto_detect = ${columns === undefined}`,
    `header = ${header}`,
    `delim = ${sqlText(texts.delimiter)}`,
    `quote = ${sqlText(texts.quote)}`,
    `escape = ${sqlText(texts.escape)}`,
    `nullstr = ${sqlText(texts.nullText)}`,
    'strict_mode = true',
    'ignore_errors = false',
    'null_padding = false',
  ]
  if (columns === undefined) return settings.join(', ')
  const types = Object.entries(columns)
  if (types.length === 0) throw new OptionError('columns must name at least one column')
  for (const [name, type] of types) {
    if (typeof type !== 'string') throw optionError({ [`columns.${name}`]: type }, "an SQL type such as 'FLOAT'")
  }
  const struct = types.map(([name, type]) => `${sqlText(name)}: ${sqlText(type)}`)
  return [...settings, `columns = {${struct.join(', ')}}`].join(', ')
}
