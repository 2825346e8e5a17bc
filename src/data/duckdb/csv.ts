import { OptionError, optionError } from '../../errors.js'
import type { Dataset } from '../dataset.js'
import { wholeOf } from '../table/batches.js'
import { type BatchOptions, batchKeys, checkTableOptions, pick, type TableOptions } from '../table/options.js'
import { type DatabaseOptions, databaseKeys } from './connection.js'
import { batchesOfFiles, nameOf, sqlText, type TablePath } from './file-table.js'

export interface TypedCsvOptions extends TableOptions, DatabaseOptions {
  /**
   * The type of each column in the file's order, as SQL writes it: `{ area: 'FLOAT', kind: 'VARCHAR' }`. Default: found from the
   * first 20,480 rows, which takes seconds where there are hundreds of columns.
   */
  columns?: Readonly<Record<string, string>>
  /** Whether the first line names the columns. Default true. */
  header?: boolean
  /** Default ','. */
  delimiter?: string
  /** What stands around a text that has delimiters or line ends in it. Default '"'. */
  quote?: string
  /** What stands before a quote in a quoted text. Default '"'. */
  escape?: string
  /** The text that is NULL. Default '', an empty cell. */
  nullText?: string
}

const textKeys = ['delimiter', 'quote', 'escape', 'nullText']
const csvKeys = ['columns', 'header', ...textKeys]

/**
 * Reads CSV files, plain or gzip (named .gz), of any dialect and types through DuckDB into one dataset; for a moment there are
 * twice the bytes of the data. For numbers without quotes `readCsv` of descent is faster.
 * @throws DataError with the file where it is not there or a line does not fit the columns, and as `readSql` does; OptionError
 */
export async function readTypedCsv(path: TablePath, options: TypedCsvOptions = {}): Promise<Dataset> {
  return wholeOf(nameOf(path), csvBatches(path, options, []))
}

/** Reads CSV files in batches of `batchRows` rows. Throws what `readTypedCsv` throws, but for no rows. */
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
  yield* batchesOfFiles(path, (files) => `read_csv(${files}, ${settings})`, options, false)
}

/** All of the dialect, so that DuckDB tries none of the others; where the columns are known it looks at no row before reading. */
function dialect(options: TypedCsvOptions): string {
  const { columns, header = true } = options
  const texts = { delimiter: ',', quote: '"', escape: '"', nullText: '', ...pick(options, textKeys) }
  if (typeof header !== 'boolean') throw optionError({ header }, 'true or false')
  for (const [name, text] of Object.entries(texts)) {
    if (typeof text !== 'string') throw optionError({ [name]: text }, 'a text')
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
    if (typeof type !== 'string') throw optionError({ [`columns.${name}`]: type }, "a type of SQL such as 'FLOAT'")
  }
  const struct = types.map(([name, type]) => `${sqlText(name)}: ${sqlText(type)}`)
  return [...settings, `columns = {${struct.join(', ')}}`].join(', ')
}
