import { DataError } from '../../base/errors.js'

export type DuckdbModule = typeof import('@duckdb/node-api')

/**
 * Loads DuckDB, an optional peer dependency, on first use.
 * @throws DataError if DuckDB is not installed or cannot be loaded
 */
export async function loadDuckdb(): Promise<DuckdbModule> {
  try {
    return await import('@duckdb/node-api')
  } catch (cause) {
    const missing = cause instanceof Error && 'code' in cause && cause.code === 'ERR_MODULE_NOT_FOUND'
    const problem = missing ? 'is not installed' : `cannot be loaded (${String(cause)})`
    throw new DataError(`descent-nn/duckdb needs @duckdb/node-api, which ${problem}: npm install @duckdb/node-api`, {
      cause,
    })
  }
}
