import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import type { DuckDBConnection } from '@duckdb/node-api'
import { checkInteger } from '../../base/checks.js'
import { DataError, DescentError, OptionError, optionError } from '../../base/errors.js'
import { openFile } from '../../base/files.js'
import { type DuckdbModule, loadDuckdb } from './load.js'

/** The database that queries run in. */
export interface DatabaseOptions {
  /** The path of a database file, ':memory:' (the default), or an open connection, which is left open. */
  database?: string | DuckDBConnection
  /** The most memory that a database opened here may use, in DuckDB's notation. Default '512MB'. */
  memoryLimit?: string
  /** The threads of a database opened here. The order of rows does not depend on it. Default 2. */
  threads?: number
}

export const databaseKeys = ['database', 'memoryLimit', 'threads']

export interface OpenDatabase {
  readonly duckdb: DuckdbModule
  readonly connection: DuckDBConnection
  /** Closes the database if it was opened here. */
  close(): void
}

/**
 * Opens a database, or uses the given connection. Unless `write` is true, a file is opened read-only, so that several processes
 * can read it at once. Results keep the order of the rows, and data that do not fit into memory go to the system's temporary
 * folder.
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
  // DuckDB prepares results ahead of the reader. It counts only 16 bytes for each BLOB or text, whatever its size: with 16 MB it would
  // prepare a million pictures. With 512 kB it prepares at most 32,768 rows of one BLOB.
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

/** DuckDB treats a file of another kind as an in-memory database, and would lose what is written to it. @throws DataError */
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

/** Awaits a DuckDB operation. Turns its error into a DataError that begins with the source, with the original as its cause. */
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
  // The CSV reader's first line says where; the reason is on a later line, before suggestions of what to try.
  const why = /CSV|sniffing/.test(first) && others.find((line) => /^(Expected|Error|Value|Maximum|It was) /.test(line))
  return new DataError(`${source}: ${why ? `${first}: ${why}` : first}`, { cause })
}
