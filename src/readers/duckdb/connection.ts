import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import type { DuckDBConnection } from '@duckdb/node-api'
import { checkInteger } from '../../base/checks.js'
import { DataError, DescentError, OptionError, optionError } from '../../base/errors.js'
import { openFile } from '../../base/files.js'
import { type DuckdbModule, loadDuckdb } from './load.js'

/** The options of the database in which queries run. */
export interface DatabaseOptions {
  /** The path of a database file, ':memory:' (the default), or an open connection, which is not closed afterwards. */
  database?: string | DuckDBConnection
  /**
   * The maximum memory of the database, in DuckDB's notation. It cannot be given with an open connection. Default
   * '512MB'.
   */
  memoryLimit?: string
  /**
   * The number of DuckDB's threads. It does not affect the order of the rows. It cannot be given with an open
   * connection. Default 2.
   */
  threads?: number
}

export const databaseKeys = ['database', 'memoryLimit', 'threads']

export interface OpenDatabase {
  readonly duckdb: DuckdbModule
  readonly connection: DuckDBConnection
  /** Closes the database, but not a connection that the caller had opened. */
  close(): void
}

/**
 * Opens a database, or uses the given connection. Unless `write` is true, a database file is opened read-only, so that
 * several processes can read it at the same time. Queries keep the order of the rows in a table or file. Data that do
 * not fit into memory are written to the system's temporary folder.
 */
export async function openDatabase(options: DatabaseOptions, write = false): Promise<OpenDatabase> {
  const { database = ':memory:', memoryLimit = '512MB', threads = 2 } = options
  checkInteger({ threads }, 1, 1024)
  if (typeof memoryLimit !== 'string') throw optionError({ memoryLimit }, "an amount of memory such as '512MB'")
  const isConnection = typeof database === 'object' && database !== null && typeof database.stream === 'function'
  if (typeof database !== 'string' && !isConnection)
    throw optionError({ database }, "the path of a database, ':memory:' or a DuckDBConnection")
  const duckdb = await loadDuckdb()
  if (typeof database !== 'string') {
    if (options.memoryLimit !== undefined || options.threads !== undefined)
      throw new OptionError('memoryLimit and threads apply to a database opened here, not to a given connection')
    return { duckdb, connection: database, close: () => undefined }
  }
  const isFile = database !== ':memory:'
  if (database === '' || (write && !isFile)) throw optionError({ database }, 'the path of a database file')
  const reading = !write && isFile
  if (isFile && (reading || existsSync(database))) await checkDatabase(database)
  const settings = {
    threads: String(threads),
    memory_limit: memoryLimit,
    preserve_insertion_order: 'true',
    temp_directory: tmpdir(),
    ...(reading && { access_mode: 'READ_ONLY' }),
  }
  const source = database === ':memory:' ? 'the database' : database
  const instance = await attempt(source, duckdb.DuckDBInstance.create(database, settings))
  const connection = await attempt(source, instance.connect())
  // DuckDB computes rows in advance until its streaming buffer is full. It counts a BLOB or text as only 16 bytes, so
  // large BLOBs take much more memory than the size of the buffer. A buffer of 512 kB limits this: if each row has one
  // BLOB, DuckDB computes at most 32,768 rows in advance.
  await attempt(source, connection.run("SET streaming_buffer_size = '512KB'"))
  return {
    duckdb,
    connection,
    close() {
      connection.closeSync()
      instance.closeSync()
    },
  }
}

/**
 * Checks that a file is a DuckDB database. DuckDB would treat any other file as an in-memory database, and data written
 * to it would be lost.
 * @throws DataError if the file is not a DuckDB database
 */
async function checkDatabase(path: string): Promise<void> {
  const file = await openFile(path, DataError)
  try {
    const header = Buffer.alloc(12)
    if ((await file.read(header, 0)) > 0 && header.toString('latin1', 8) !== 'DUCK')
      throw new DataError(`${path} is not a DuckDB database: bytes 8 to 11 are not "DUCK"`)
  } finally {
    await file.close()
  }
}

/**
 * Awaits a DuckDB operation. If it fails, throws a DataError whose message begins with `source` and whose cause is the
 * original error.
 */
export async function attempt<T>(source: string, operation: Promise<T>): Promise<T> {
  try {
    return await operation
  } catch (cause) {
    throw duckdbError(source, cause)
  }
}

export function duckdbError(source: string, cause: unknown): Error {
  if (cause instanceof DescentError) return cause
  const message = cause instanceof Error ? cause.message : String(cause)
  const [first, ...others] = message.split('\n')
  // An error about a CSV file has a message of several lines. Show only the first line, which gives the location, and
  // the line that gives the reason.
  const why = /CSV|sniffing/.test(first) && others.find((line) => /^(Expected|Error|Value|Maximum|It was) /.test(line))
  return new DataError(`${source}: ${why ? `${first}: ${why}` : first}`, { cause })
}
