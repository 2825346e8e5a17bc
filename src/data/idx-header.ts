import { type ByteSource, openBytes } from '../base/byte-source.js'
import { DataError } from '../base/errors.js'

/** The types of the numbers in an IDX file. Numbers of more than one byte are big-endian. */
export type IdxType = 'uint8' | 'int8' | 'int16' | 'int32' | 'float32' | 'float64'
export type IdxData = Uint8Array | Int8Array | Int16Array | Int32Array | Float32Array | Float64Array

/** The content of one IDX file: its numbers in row-major order, and their shape. */
export interface IdxArray {
  type: IdxType
  shape: readonly number[]
  data: IdxData
}

interface IdxTypeRecord {
  /** The value of the third byte of the file, which denotes the type. */
  readonly code: number
  readonly Numbers: {
    readonly BYTES_PER_ELEMENT: number
    new (length: number): IdxData
  }
}

/** The number types of the IDX format (Yann LeCun, "The MNIST database of handwritten digits"). */
export const idxTypes: Record<IdxType, IdxTypeRecord> = {
  uint8: { code: 0x08, Numbers: Uint8Array },
  int8: { code: 0x09, Numbers: Int8Array },
  int16: { code: 0x0b, Numbers: Int16Array },
  int32: { code: 0x0c, Numbers: Int32Array },
  float32: { code: 0x0d, Numbers: Float32Array },
  float64: { code: 0x0e, Numbers: Float64Array },
}

/** Returns the header of an IDX file with numbers of this type and shape. */
export function idxHeader(type: IdxType, shape: readonly number[]): Uint8Array {
  const header = new DataView(new ArrayBuffer(4 + 4 * shape.length))
  header.setUint8(2, idxTypes[type].code)
  header.setUint8(3, shape.length)
  shape.forEach((size, i) => {
    header.setUint32(4 + 4 * i, size)
  })
  return new Uint8Array(header.buffer)
}

/** An open IDX file. The header has been read and checked, and `source` is at the first byte of data. */
export interface OpenIdx {
  readonly source: ByteSource
  readonly type: IdxType
  readonly shape: readonly number[]
  /** How many numbers the file contains: the product of the sizes in `shape`. */
  readonly length: number
  /** Size of the header in bytes, which is the offset of the data. */
  readonly headerSize: number
}

/**
 * The highest compression ratio of deflate, which can store 258 bytes in two bits (Mark Adler, zlib technical details).
 */
const maxRatio = 1032

/** Opens an IDX file, passes it to `use`, and closes it even if `use` fails. */
export async function withIdx<T>(path: string, use: (idx: OpenIdx) => Promise<T>): Promise<T> {
  const source = await openBytes(path)
  try {
    return await use(await readHeader(source))
  } finally {
    await source.close()
  }
}

async function readHeader(source: ByteSource): Promise<OpenIdx> {
  const { path } = source
  const magic = new Uint8Array(4)
  const count = await source.read(magic)
  if (count === 0) throw new DataError(`${path}: the file is empty, an IDX file begins with a header`)
  for (const offset of [0, 1]) {
    if (offset < count && magic[offset] !== 0) {
      throw new DataError(`${path}: byte ${offset} must be 0 in an IDX file, found ${hex(magic[offset])}`)
    }
  }
  const found = Object.entries(idxTypes).find(([, { code }]) => code === magic[2])
  if (count > 2 && !found) {
    const known = Object.entries(idxTypes).map(([name, { code }]) => `${hex(code)} ${name}`)
    throw new DataError(`${path}: byte 2 must be an IDX type (${known.join(', ')}), found ${hex(magic[2])}`)
  }
  if (count < 4 || !found) {
    throw new DataError(`${path}: the header of an IDX file has at least 8 bytes, the content ends at byte ${count}`)
  }
  const dimensions = magic[3]
  if (dimensions === 0) throw new DataError(`${path}: byte 3 must be a number of dimensions from 1 to 255, found 0`)
  const sizes = Buffer.alloc(4 * dimensions)
  const headerSize = 4 + sizes.length
  const sizeBytes = await source.read(sizes)
  if (sizeBytes < sizes.length) {
    throw new DataError(
      `${path}: the header of ${dimensions} dimensions has ${headerSize} bytes, the content ends at byte ${4 + sizeBytes}`,
    )
  }
  const shape = Array.from({ length: dimensions }, (_, i) => sizes.readUInt32BE(4 * i))
  return checkSize({ source, type: found[0] as IdxType, shape, length: 0, headerSize })
}

/**
 * Checks that the file can contain as much data as its header says, before memory is allocated for the data. Returns
 * `idx` with `length` set.
 * @throws DataError if the file is too short or too long for its header
 */
function checkSize(idx: OpenIdx): OpenIdx {
  const { source, type, shape, headerSize } = idx
  // Use BigInt, because a JavaScript number cannot represent every product of up to 255 sizes exactly.
  const length = shape.reduce((product, size) => product * BigInt(size), 1n)
  const promised = length * BigInt(idxTypes[type].Numbers.BYTES_PER_ELEMENT)
  const open = { ...idx, length: Number(length) }
  if (source.compressed) {
    const maxSize = source.stored * maxRatio
    if (promised > maxSize) {
      throw new DataError(`${promise(open, promised)}, but ${source.stored} bytes of gzip hold at most ${maxSize}`)
    }
  } else if (promised !== BigInt(source.stored - headerSize)) {
    throw sizeError(open, source.stored - headerSize, promised)
  }
  return open
}

/**
 * Creates the error for data that is shorter or longer than the header says. `found` is the number of bytes of data, or
 * Infinity if the data is too long.
 */
export function sizeError(idx: OpenIdx, found: number, promised = BigInt(dataSize(idx))): DataError {
  const { source, headerSize } = idx
  const content = source.compressed ? 'the uncompressed content' : 'the file'
  const end = BigInt(headerSize) + promised
  const fact =
    found === Infinity
      ? `goes on after byte ${end}`
      : `has ${found}: it ends at byte ${headerSize + found} instead of ${end}`
  return new DataError(`${promise(idx, promised)}, ${content} ${fact}`)
}

/** The size of the data in bytes. */
export function dataSize({ length, type }: OpenIdx): number {
  return length * idxTypes[type].Numbers.BYTES_PER_ELEMENT
}

function promise(idx: OpenIdx, promised: bigint): string {
  return `${idx.source.path}: its header of ${idx.headerSize} bytes promises ${promised} bytes of data (${describe(idx)})`
}

/** Describes the content of an IDX file, such as "60000 x 28 x 28 uint8". */
export function describe({ shape, type }: Pick<OpenIdx, 'shape' | 'type'>): string {
  const sizes = shape.length > 6 ? [...shape.slice(0, 5), `... ${shape.length} dimensions`] : shape
  return `${sizes.join(' x ')} ${type}`
}

function hex(byte: number): string {
  return `0x${byte.toString(16).padStart(2, '0')}`
}
