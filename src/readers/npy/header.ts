import type { ByteSource } from '../../base/byte-source.js'
import { DataError } from '../../base/errors.js'
import { maxInflation } from '../../base/inflate.js'
import { type NpyDtype, npyDtypes } from './dtypes.js'

/**
 * The header of an .npy file, after it was checked against the size of the file. The next bytes of `source` are the
 * numbers.
 */
export interface OpenNpy {
  readonly source: ByteSource
  readonly dtype: NpyDtype
  readonly shape: readonly number[]
  readonly byteOrder: 'LE' | 'BE'
  /** Whether the numbers are in Fortran order, in which the first index varies fastest. */
  readonly fortranOrder: boolean
  /** The number of elements in the array, which is the product of the sizes in `shape`. */
  readonly length: number
  /** The byte offset of the first element. */
  readonly headerSize: number
}

/** The elements have a type that is not supported: text, records, objects, complex numbers or dates. */
export class UnsupportedTypeError extends DataError {}

/** The magic bytes at the start of an .npy file, \x93NUMPY. */
export const magic = Buffer.from('934e554d5059', 'hex')
/** The maximum size of a header in bytes. NumPy itself writes headers of at most 10 kB. */
export const maxHeaderBytes = 2 ** 16 - 1
/** The maximum number of dimensions. NumPy 2 has the same limit. */
const maxDimensions = 64

/**
 * Reads the header of an .npy file in the format versions 1.0 to 3.0 (NumPy, NEP 1 and numpy.lib.format).
 * @throws DataError if it is not an .npy file, or if the size of the file does not match the header. The message names
 * the file.
 */
export async function readHeader(source: ByteSource): Promise<OpenNpy> {
  const { path } = source
  const start = Buffer.alloc(8)
  const count = await source.read(start)
  if (count < 8 || !start.subarray(0, 6).equals(magic)) {
    const problem = count < 8 ? `the content ends at byte ${count}` : `found 0x${start.toString('hex', 0, 6)}`
    throw new DataError(
      `${path}: an .npy file begins with 0x${magic.toString('hex')} and a version of two bytes, ${problem}`,
    )
  }
  const [major, minor] = start.subarray(6)
  if (major < 1 || major > 3 || minor !== 0) {
    throw new DataError(`${path}: byte 6: expected version 1.0, 2.0 or 3.0 of the format, found ${major}.${minor}`)
  }
  const size = Buffer.alloc(major === 1 ? 2 : 4)
  const dictionaryStart = start.length + size.length
  if ((await source.read(size)) < size.length)
    throw new DataError(`${path}: byte 8: the length of the header is cut off`)
  const length = major === 1 ? size.readUInt16LE() : size.readUInt32LE()
  if (length > maxHeaderBytes) {
    throw new DataError(`${path}: byte 8: the header would have ${length} bytes, the limit is ${maxHeaderBytes}`)
  }
  const text = Buffer.alloc(length)
  const came = await source.read(text)
  const headerSize = dictionaryStart + length
  if (came < length) {
    throw new DataError(
      `${path}: byte 8: the header would end at byte ${headerSize}, the content ends at byte ${dictionaryStart + came}`,
    )
  }
  return checkSize({ source, headerSize, ...parseDictionary(path, text.toString('latin1'), dictionaryStart) })
}

type Parsed = Pick<OpenNpy, 'dtype' | 'byteOrder' | 'fortranOrder' | 'shape'>

/** Parses the Python literal in a header, such as `{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }`. */
function parseDictionary(path: string, text: string, start: number): Parsed {
  let at = 0
  const take = (pattern: RegExp): string[] | undefined => {
    pattern.lastIndex = at
    const match = pattern.exec(text)
    if (match) at += match[0].length
    return match ?? undefined
  }
  const fail = (expected: string, Failure = DataError): never => {
    const rest = text.slice(at, at + 20).trimEnd()
    throw new Failure(
      `${path}: byte ${start + at}: expected ${expected}, found ${rest ? JSON.stringify(rest) : 'the end of the header'}`,
    )
  }
  const need = (pattern: RegExp, expected: string): string[] => take(pattern) ?? fail(expected)

  const string = (what: string): string => {
    const [, single, double] = need(/'([^'\\\n]*)'|"([^"\\\n]*)"/y, what)
    return single ?? double
  }
  const readers: Record<string, () => unknown> = {
    descr: () => {
      const expected = "the type of the numbers, such as '<f4' (no records, no objects)"
      return text[at] === '[' ? fail(expected, UnsupportedTypeError) : string(expected)
    },
    fortran_order: () => need(/True|False/y, 'True or False')[0] === 'True',
    shape: () => {
      const [, sizes] = need(/\((\s*|\s*\d+\s*,\s*|\s*\d+(?:\s*,\s*\d+)+\s*,?\s*)\)/y, 'a shape such as (2, 3)')
      const shape = (sizes.match(/\d+/g) ?? []).map(Number)
      return shape.every(Number.isSafeInteger) ? shape : fail('sizes up to 2^53 - 1 before this')
    },
  }
  const found = new Map<string, unknown>()
  const space = /[ \t\n\r]*/y
  take(space)
  need(/\{/y, 'a Python dictionary')
  for (take(space); !take(/\}/y); take(space)) {
    const before = at
    const key = string("'descr', 'fortran_order' or 'shape'")
    if (!Object.hasOwn(readers, key) || found.has(key)) {
      at = before
      fail("each of 'descr', 'fortran_order' and 'shape' once")
    }
    need(/\s*:\s*/y, 'a colon')
    const place = at
    found.set(key, readers[key]())
    if (key === 'descr') found.set(key, typeOf(path, String(found.get(key)), start + place))
    take(space)
    if (!take(/,/y) && text[at] !== '}') fail('a comma or "}"')
  }
  take(space)
  if (at < text.length) fail('nothing but blanks after the dictionary')
  for (const key of Object.keys(readers)) {
    if (!found.has(key)) throw new DataError(`${path}: byte ${start}: the header lacks '${key}'`)
  }
  const shape = found.get('shape') as number[]
  if (shape.length > maxDimensions) {
    throw new DataError(
      `${path}: byte ${start}: ${shape.length} dimensions are more than the limit of ${maxDimensions}`,
    )
  }
  return {
    ...(found.get('descr') as Pick<Parsed, 'dtype' | 'byteOrder'>),
    fortranOrder: found.get('fortran_order') === true,
    shape,
  }
}

function typeOf(path: string, descr: string, offset: number): Pick<Parsed, 'dtype' | 'byteOrder'> {
  const names = Object.keys(npyDtypes) as NpyDtype[]
  const dtype = names.find((name) => npyDtypes[name].code === descr.slice(1))
  const order = descr[0]
  if (!dtype || !'<>|'.includes(order) || (order === '|' && npyDtypes[dtype].Raw.BYTES_PER_ELEMENT > 1)) {
    throw new UnsupportedTypeError(
      `${path}: byte ${offset}: the type ${JSON.stringify(descr)} is not one of ${names.join(', ')}`,
    )
  }
  return { dtype, byteOrder: order === '>' ? 'BE' : 'LE' }
}

/**
 * Compares the size that the header declares with the size of the file, before memory is allocated. The decompressed
 * size of a compressed file is not known, so for such a file the function only checks that the declared size is
 * possible. Returns the header with `length`, the number of elements.
 * @throws DataError if the sizes do not match
 */
function checkSize(parsed: Omit<OpenNpy, 'length'>): OpenNpy {
  const { source, shape, dtype, headerSize } = parsed
  const length = shape.reduce((product, size) => product * BigInt(size), 1n)
  const declared = length * BigInt(npyDtypes[dtype].Raw.BYTES_PER_ELEMENT)
  const open = { ...parsed, length: Number(length) }
  if (source.compressed) {
    const most = source.stored * maxInflation
    if (declared > most) {
      throw new DataError(`${declaration(open, declared)}, but ${source.stored} bytes of gzip hold at most ${most}`)
    }
  } else if (declared !== BigInt(source.stored - headerSize))
    throw sizeError(open, source.stored - headerSize, declared)
  return open
}

/**
 * Creates the error for content that is longer or shorter than the header declares. `found` is the number of bytes
 * after the header. If the content is too long and its length is unknown, `found` is Infinity.
 */
export function sizeError(npy: OpenNpy, found: number, declared = BigInt(dataSize(npy))): DataError {
  const end = BigInt(npy.headerSize) + declared
  const fact =
    found === Infinity
      ? `the content goes on after byte ${end}`
      : `the content has ${found}: it ends at byte ${npy.headerSize + found} instead of ${end}`
  return new DataError(`${declaration(npy, declared)}, ${fact}`)
}

/** The number of bytes that the elements of an array take. */
export function dataSize({ length, dtype }: OpenNpy): number {
  return length * npyDtypes[dtype].Raw.BYTES_PER_ELEMENT
}

function declaration({ source, headerSize, shape, dtype }: OpenNpy, declared: bigint): string {
  return `${source.path}: its header of ${headerSize} bytes declares ${declared} bytes of data (${describe(shape, dtype)})`
}

/** Describes an array in a message: "60000 x 784 uint8", or only "float32" for a single number without dimensions. */
export function describe(shape: readonly number[], dtype: NpyDtype): string {
  return `${shape.join(' x ')} ${dtype}`.trimStart()
}
