import { reorderBytes } from '../base/byte-order.js'
import { checkInteger, checkKeys } from '../base/checks.js'
import { DataError, OptionError, optionError } from '../base/errors.js'
import { checkAttached, typedArrayName } from '../base/typed-arrays.js'
import { writeFileAtomic } from '../base/write-file.js'
import { type IdxArray, type IdxType, idxHeader, idxTypes } from './idx-header.js'

/** The content to write. If `type` is given, it must match the type of `data`. */
export type IdxContent = Pick<IdxArray, 'shape' | 'data'> & Partial<Pick<IdxArray, 'type'>>

/**
 * Writes an array as an IDX file. The array is row-major and has 1 to 255 dimensions. The file is compressed if its
 * path ends in ".gz". If writing fails, no partial file is left behind. The numbers are copied before this function
 * returns its promise, so the caller may change them immediately.
 * @throws OptionError if type, shape and data disagree; DataError if the file cannot be written
 */
export async function writeIdx(path: string, content: IdxContent): Promise<void> {
  checkKeys('IDX content', content, ['type', 'shape', 'data'])
  const { type, shape, data } = content
  const found = Object.entries(idxTypes).find(([, { Numbers }]) => typedArrayName(data) === Numbers.name)
  if (!found)
    throw optionError({ data }, 'a Uint8Array, Int8Array, Int16Array, Int32Array, Float32Array or Float64Array')
  checkAttached('data', data)
  const [name, { Numbers }] = found
  if (type !== undefined && type !== name) throw optionError({ type }, `the type of the data, ${name}`)
  if (!Array.isArray(shape) || shape.length < 1 || shape.length > 255) throw optionError({ shape }, '1 to 255 sizes')
  for (const size of shape) checkInteger({ 'every size in shape': size }, 0, 2 ** 32 - 1)
  const length = shape.reduce((product, size) => product * size, 1)
  if (length !== data.length) {
    throw new OptionError(`data must have ${length} numbers (shape ${shape.join(' x ')}), not ${data.length}`)
  }
  const header = idxHeader(name as IdxType, shape)
  // Do not use data.slice(), because it returns a view instead of a copy if the data is a Buffer.
  const numbers = new Numbers(data.length)
  numbers.set(data)
  reorderBytes(numbers, Numbers.BYTES_PER_ELEMENT, 'BE')
  const bytes = new Uint8Array(numbers.buffer)
  const chunks = path.endsWith('.gz') ? [await compress(Buffer.concat([header, bytes]))] : [header, bytes]
  await writeFileAtomic(path, chunks, DataError)
}

async function compress(bytes: Uint8Array): Promise<Uint8Array> {
  const [{ promisify }, { gzip }] = await Promise.all([import('node:util'), import('node:zlib')])
  return promisify(gzip)(bytes)
}
