import { FortranOrderError } from '../../base/errors.js'
import { type BatchOptions, DataError, Dataset, readNpy, streamNpy } from '../../index.js'
import { numberByNames } from './class-numbers.js'
import type { ReadOptions, TableReader } from './table-reader.js'

/** Reads NumPy arrays from .npy files. The option `label` is the path of the file with the labels. */
export const arrayReader: TableReader = {
  read: readArray,
  async *stream(path, options) {
    try {
      yield* batchesOf(path, options)
    } catch (error) {
      if (!(error instanceof FortranOrderError)) throw error
      const message = `${path}: in Fortran order rows are not contiguous: read it without --stream`
      throw new DataError(message, { cause: error })
    }
  },
}

async function* batchesOf(path: string, options: ReadOptions & BatchOptions): AsyncGenerator<Dataset> {
  const { label, shard, limit, signal, batchSize } = options
  const rows = streamNpy(path, {
    ...(label !== undefined && { labels: label }),
    ...(shard && { shard }),
    ...(limit !== undefined && { limit }),
    ...(signal && { signal }),
    ...(batchSize !== undefined && { batchSize }),
  })
  for await (const batch of rows) yield withClasses(batch, options)
}

/** Reads all rows as one batch. */
async function readArray(path: string, options: ReadOptions): Promise<Dataset> {
  try {
    for await (const whole of batchesOf(path, { ...options, batchSize: Number.MAX_SAFE_INTEGER })) return whole
  } catch (error) {
    // An array in Fortran order cannot be read row by row, so the whole array is read at once.
    if (error instanceof FortranOrderError) return readColumns(path, options)
    throw error
  }
  throw new Error(`${path} gave no rows, and no error`)
}

/**
 * Reads an array in Fortran order. For a moment, this needs twice the memory of the array.
 * @throws DataError if a file cannot be read, or if the labels do not fit the rows
 */
async function readColumns(path: string, options: ReadOptions): Promise<Dataset> {
  const { label, limit } = options
  const { dtype, shape, data } = await readNpy(path)
  const [count] = shape
  const labels = label === undefined ? undefined : await readNpy(label)
  if (labels && (labels.shape.length !== 1 || labels.data.length !== count || labels.dtype.startsWith('float'))) {
    throw new DataError(`${label}: expected ${count} whole numbers, a label for each row of ${path}`)
  }
  const isFloat = data instanceof Float32Array || data instanceof Float64Array
  const Floats = data.BYTES_PER_ELEMENT < 4 ? Float32Array : Float64Array
  try {
    const whole = new Dataset({
      inputs: data instanceof Uint8Array || isFloat ? data : Floats.from(data),
      width: data.length / count,
      // Booleans are stored as bytes, whose default scale is 1/255. With the scale 1, the value true becomes 1.
      ...(dtype === 'bool' && { scale: 1 }),
      ...(labels && { labels: labels.data }),
    })
    return withClasses(limit === undefined ? whole : whole.slice(0, Math.min(limit, count)), options)
  } catch (error) {
    if (!(error instanceof DataError)) throw error
    throw new DataError(`${path}: ${error.message}`, { cause: error })
  }
}

/** If the class names are numbers, replaces each label by its index in the class names. Returns `rows`. */
function withClasses(rows: Dataset, { label, labelNames }: ReadOptions): Dataset {
  if (label !== undefined && Array.isArray(labelNames)) numberByNames(rows, labelNames, label)
  return rows
}
