import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import type { DuckDBConnection } from '@duckdb/node-api'
import { checkInteger } from '../../base/checks.js'
import { DataError, DescentError, OptionError, optionError } from '../../base/errors.js'
import { openFile } from '../../base/files.js'
import { type DuckdbModule, loadDuckdb } from './load.js'

/** Where queries run. */
export interface DatabaseOptions {
  /** The path of a database file, ':memory:' (the default), or a connection that is open and stays open. */
  database?: string | DuckDBConnection
  /** The most memory that a database opened here takes for itself, as DuckDB writes it. Default '512MB'. */
  memoryLimit?: string
  /** The threads of a database opened here; rows come in the same order for any number of them. Default 2. */
  threads?: number
}

export const databaseKeys = ['database', 'memoryLimit', 'threads']

export interface OpenDatabase {
  readonly duckdb: DuckdbModule
  readonly connection: DuckDBConnection
  /** Closes what was opened here. */
  close(): void
}

/**
 * Opens a database, or takes the connection given. A file is opened for reading, so that several readers may have it at once,
 * unless `write` says otherwise; results keep the order of the rows, and what does not fit into memory goes to the system's
 * temporary folder.
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
      throw new OptionError('memoryLimit and threads belong to a database opened here, not to a connection')
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
  // What DuckDB makes ahead of the reader: 32,768 rows of one BLOB. It does not count the bytes of BLOBs and texts, only 16 for each, and
  // would make a million pictures ahead where it may have 16 MB.
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

/** DuckDB takes a file of another kind for the rows of a database in memory: what is written there would be lost. @throws DataError */
async function checkDatabase(path: string): Promise<void> {
  const file = await openFile(path, DataError)
  try {
    const header = Buffer.alloc(12)
    if ((await file.read(header, 0)) > 0 && header.toString('latin1', 8) !== 'DUCK')
      throw new DataError(`${path} is no database of DuckDB: bytes 8 to 11 are not "DUCK"`)
  } finally {
    await file.close()
  }
}

/** Waits for DuckDB; what it throws becomes a DataError that begins with the source and keeps DuckDB's own as its cause. */
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
  // Its CSV reader says where in the first line, and why below the line of the file, before what one might try.
  const why = /CSV|sniffing/.test(first) && others.find((line) => /^(Expected|Error|Value|Maximum|It was) /.test(line))
  return new DataError(`${source}: ${why ? `${first}: ${why}` : first}`, { cause })
}
