import { reorderBytes } from '../../base/byte-order.js'
import { checkInteger, checkKeys } from '../../base/checks.js'
import { OptionError, optionError } from '../../base/errors.js'
import { checkAttached, typedArrayName } from '../../base/typed-arrays.js'
import { type NpyData, type NpyDtype, npyDtypes } from './dtypes.js'
import { magic } from './header.js'

/** The array to write: its shape, and its numbers in row-major order. */
export interface NpyContent {
  readonly shape: readonly number[]
  readonly data: NpyData
  /**
   * The dtype in the file. Default: the dtype of the data. A Float64Array of whole numbers can also be written as
   * 'int64' or 'uint64', and bytes that are all 0 or 1 as 'bool'.
   */
  readonly dtype?: NpyDtype | undefined
}

/** NumPy pads the header so that the first number of the shape can later grow to this many digits. */
const roomForSize = 21
const alignment = 64

/**
 * Encodes the header and the numbers of an .npy file as NumPy does.
 * @throws OptionError if dtype, shape and data disagree
 */
export function encodeNpy(what: string, content: NpyContent): [Buffer, Uint8Array] {
  checkKeys(what, content, ['shape', 'data', 'dtype'])
  const { shape, data } = content
  const names = Object.keys(npyDtypes) as NpyDtype[]
  const own = names.find((name) => !npyDtypes[name].decode && typedArrayName(data) === npyDtypes[name].Numbers.name)
  if (!own) throw optionError({ [`${what} data`]: data }, 'a typed array of numbers')
  checkAttached(`${what} data`, data)
  const { dtype = own } = content
  if (!names.includes(dtype) || typedArrayName(data) !== npyDtypes[dtype].Numbers.name || dtype === 'float16') {
    throw optionError({ [`${what} dtype`]: dtype }, `a dtype that a ${data.constructor.name} can be written as`)
  }
  if (!Array.isArray(shape) || shape.length > 64) throw optionError({ [`${what} shape`]: shape }, 'at most 64 sizes')
  for (const size of shape) checkInteger({ [`every size in ${what} shape`]: size }, 0)
  const length = shape.reduce((product, size) => product * size, 1)
  if (length !== data.length) {
    throw new OptionError(`${what} data must have ${length} numbers (shape [${shape.join(', ')}]), not ${data.length}`)
  }
  return [header(dtype, shape), numbers(what, dtype, data)]
}

function header(dtype: NpyDtype, shape: readonly number[]): Buffer {
  const { code, Raw } = npyDtypes[dtype]
  const order = Raw.BYTES_PER_ELEMENT === 1 ? '|' : '<'
  const sizes = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`
  const room = shape.length > 0 ? ' '.repeat(roomForSize - String(shape[0]).length) : ''
  const text = `{'descr': '${order}${code}', 'fortran_order': False, 'shape': ${sizes}, }${room}`
  const start = Buffer.from([...magic, 1, 0, 0, 0])
  const size = Math.ceil((start.length + text.length + 1) / alignment) * alignment
  start.writeUInt16LE(size - start.length, 8)
  return Buffer.concat([start, Buffer.from(`${text.padEnd(size - start.length - 1)}\n`)])
}

/** Copies the numbers and converts them to the byte order of the file. */
function numbers(what: string, dtype: NpyDtype, data: NpyData): Uint8Array {
  const { Raw, decode } = npyDtypes[dtype]
  const copy = new Raw(data.length)
  if (copy instanceof BigInt64Array || copy instanceof BigUint64Array) {
    for (let i = 0; i < data.length; i++) {
      if (!Number.isSafeInteger(data[i]) || (dtype === 'uint64' && data[i] < 0)) {
        throw new OptionError(`${what} data has ${data[i]} at place ${i}, which ${dtype} cannot hold`)
      }
      copy[i] = BigInt(data[i])
    }
  } else copy.set(data)
  if (decode && dtype === 'bool') {
    const place = data.findIndex((value: number) => typeof decode(value) === 'string')
    if (place >= 0)
      throw new OptionError(`${what} data has ${data[place]} at place ${place}, which is not a bool, 0 or 1`)
  }
  reorderBytes(copy, Raw.BYTES_PER_ELEMENT, 'LE')
  return new Uint8Array(copy.buffer)
}
