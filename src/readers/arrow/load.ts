import { DataError } from '../../base/errors.js'

export type ArrowModule = typeof import('apache-arrow')

/**
 * Loads Apache Arrow, an optional peer dependency, on first use.
 * @throws DataError if Apache Arrow is not installed or cannot be loaded
 */
export async function loadArrow(): Promise<ArrowModule> {
  try {
    return await import('apache-arrow')
  } catch (cause) {
    const missing = cause instanceof Error && 'code' in cause && cause.code === 'ERR_MODULE_NOT_FOUND'
    const problem = missing ? 'is not installed' : `cannot be loaded (${String(cause)})`
    throw new DataError(`descent-nn/arrow needs apache-arrow, which ${problem}: npm install apache-arrow`, { cause })
  }
}
