import { inspectValue, ModelError } from '../base/errors.js'
import { HeaderReader } from './header-reader.js'

export interface TensorArrays {
  BOOL: Uint8Array
  U8: Uint8Array
  I8: Int8Array
  I16: Int16Array
  U16: Uint16Array
  I32: Int32Array
  U32: Uint32Array
  F32: Float32Array
  F64: Float64Array
  I64: BigInt64Array
  U64: BigUint64Array
}

/**
 * The types of the numbers of a tensor. A file may also have F16 and BF16, which become F32 when they are read. The
 * format has smaller floats too, which are not supported.
 */
export type Dtype = keyof TensorArrays

/** The numbers of a tensor with their shape, in row-major order. If the shape is empty, there is a single number. */
export type Tensor = {
  [D in Dtype]: { readonly dtype: D; readonly shape: readonly number[]; readonly data: TensorArrays[D] }
}[Dtype]

/** The content of a safetensors file. It consists of named tensors, and of metadata, which are named strings. */
export interface Tensors {
  readonly tensors: Readonly<Record<string, Tensor>>
  readonly metadata: Readonly<Record<string, string>>
}

interface NumbersOf<A> {
  readonly BYTES_PER_ELEMENT: number
  new (length: number): A
}

/**
 * The typed array for each dtype. The order of the dtypes is the same as in the safetensors library for Python, which
 * sorts tensors by dtype when it writes a file.
 */
export const dtypes: { readonly [D in Dtype]: NumbersOf<TensorArrays[D]> } = {
  BOOL: Uint8Array,
  U8: Uint8Array,
  I8: Int8Array,
  I16: Int16Array,
  U16: Uint16Array,
  I32: Int32Array,
  U32: Uint32Array,
  F32: Float32Array,
  F64: Float64Array,
  I64: BigInt64Array,
  U64: BigUint64Array,
}

/** The typed array for the numbers of each type as they are stored in a file. */
export const storedDtypes = { ...dtypes, F16: Uint16Array, BF16: Uint16Array } as const

/** A tensor as the header describes it. `begin` and `end` are byte offsets into the data that follow the header. */
export interface TensorInfo {
  readonly name: string
  readonly dtype: keyof typeof storedDtypes
  readonly shape: readonly number[]
  readonly begin: number
  readonly end: number
}

export interface Header {
  readonly tensors: readonly TensorInfo[]
  readonly metadata: Record<string, string>
}

/** The maximum size of a header in bytes. The safetensors library for Python has the same limit. */
export const maxHeaderBytes = 100_000_000

/** The size in bytes of the length field that precedes the header. */
export const lengthSize = 8

/**
 * Returns the number of elements of a tensor with this shape, which is the product of the sizes. The result is NaN if
 * the product, or a partial product, is too large to be exact.
 */
export function lengthOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => (Number.isSafeInteger(product * size) ? product * size : Number.NaN), 1)
}

/**
 * Reads the length of the header from the first bytes of a file. `size` is the size of the file in bytes.
 * @throws ModelError if there are too few bytes, or if the header would be too large or would not fit into the file
 */
export function headerLength(path: string, first: Uint8Array, size: number): number {
  if (first.length < lengthSize) {
    throw new ModelError(
      `${path}: expected the ${lengthSize} bytes of length of a safetensors file, the file ends at byte ${first.length}`,
    )
  }
  const length = new DataView(first.buffer, first.byteOffset, lengthSize).getBigUint64(0, true)
  if (length > maxHeaderBytes) {
    throw new ModelError(
      `${path}: byte 0: the header would have ${length} bytes, the limit is ${maxHeaderBytes}: it is not a safetensors file, or it is damaged`,
    )
  }
  const end = lengthSize + Number(length)
  if (end > size)
    throw new ModelError(`${path}: byte 0: the header would end at byte ${end}, the file ends at byte ${size}`)
  return Number(length)
}

/**
 * Parses a header and checks it against the size of the data that follow it.
 * @throws ModelError if the header is invalid. The message names the file, and the byte offset or the tensor.
 */
export function parseHeader(path: string, bytes: Uint8Array, dataSize: number): Header {
  const fail = (offset: number, problem: string) => new ModelError(`${path}: byte ${lengthSize + offset}: ${problem}`)
  if (bytes[0] !== 0x7b) throw fail(0, 'the header of a safetensors file must begin with "{"')
  const reader = new HeaderReader(bytes, fail)
  const tensors: TensorInfo[] = []
  let metadata: [string, string][] = []
  reader.object('the header', (name) => {
    if (name === '__metadata__') metadata = parseMetadata(reader)
    else tensors.push(parseTensor(path, name, reader))
  })
  reader.end()
  checkLayout(path, tensors, dataSize)
  // Do not build the object by assignment, because a key "__proto__" would set the prototype.
  return { tensors, metadata: Object.fromEntries(metadata) }
}

function parseMetadata(reader: HeaderReader): [string, string][] {
  const entries: [string, string][] = []
  reader.object('__metadata__', (key) => {
    entries.push([key, reader.string(`the value of ${inspectValue(key)} in __metadata__`)])
  })
  return entries
}

function parseTensor(path: string, name: string, reader: HeaderReader): TensorInfo {
  const where = `${path}: tensor ${inspectValue(name)}`
  let dtype: string | undefined
  let shape: number[] | undefined
  let offsets: number[] | undefined
  reader.object(`tensor ${inspectValue(name)}`, (key) => {
    if (key === 'dtype') dtype = reader.string('dtype')
    else if (key === 'shape') shape = reader.integers('shape')
    else if (key === 'data_offsets') offsets = reader.integers('data_offsets')
    else throw new ModelError(`${where} has ${inspectValue(key)}, expected dtype, shape and data_offsets`)
  })
  if (dtype === undefined) throw new ModelError(`${where} has no dtype`)
  if (shape === undefined) throw new ModelError(`${where} has no shape`)
  if (offsets === undefined) throw new ModelError(`${where} has no data_offsets`)
  if (offsets.length !== 2) throw new ModelError(`${where}: data_offsets must be 2 numbers, not ${offsets.length}`)
  if (!isStored(dtype)) {
    const known = Object.keys(storedDtypes).join(', ')
    throw new ModelError(`${where}: dtype must be one of ${known}, not ${inspectValue(dtype)}`)
  }
  return { name, dtype, shape, begin: offsets[0], end: offsets[1] }
}

export function isDtype(dtype: string): dtype is Dtype {
  return Object.hasOwn(dtypes, dtype)
}

function isStored(dtype: string): dtype is TensorInfo['dtype'] {
  return Object.hasOwn(storedDtypes, dtype)
}

/**
 * Checks that the tensors cover the data without gaps or overlaps, and that each tensor has as many bytes as its shape
 * needs.
 */
function checkLayout(path: string, tensors: TensorInfo[], dataSize: number): void {
  tensors.sort((one, other) => one.begin - other.begin || one.end - other.end)
  let covered = 0
  for (const { name, dtype, shape, begin, end } of tensors) {
    const where = `${path}: tensor ${inspectValue(name)}`
    if (begin !== covered) {
      throw new ModelError(
        `${where} starts at offset ${begin} of the data, but the tensor before it ends at ${covered}`,
      )
    }
    const size = lengthOf(shape) * storedDtypes[dtype].BYTES_PER_ELEMENT
    if (size !== end - begin) {
      const takes = Number.isSafeInteger(size) ? `${size} bytes` : 'more bytes than can be counted'
      const offsets = `data_offsets ${inspectValue([begin, end])} hold ${end - begin}`
      throw new ModelError(`${where}: ${dtype} of shape ${inspectValue(shape)} takes ${takes}, ${offsets}`)
    }
    covered = end
  }
  if (covered !== dataSize) {
    throw new ModelError(`${path}: the tensors take ${covered} bytes of data, the file has ${dataSize}`)
  }
}
