/**
 * The safetensors format of Hugging Face: 8 bytes of length (little-endian), a header in JSON, and the numbers. A file that
 * is written here is, byte for byte, the one that its Python library writes. https://github.com/huggingface/safetensors
 */

import { reorderBytes } from '../byte-order.js'
import { checkInteger, checkKeys, inspectValue, ModelError, OptionError, optionError } from '../errors.js'
import { type OpenFile, openFile, reserve, writeFileAtomic } from '../files.js'
import {
  dtypes,
  isDtype,
  largestHeader,
  lengthOf,
  lengthSize,
  parseHeader,
  type Tensor,
  type TensorInfo,
} from './safetensors-header.js'

export type { Dtype, Tensor } from './safetensors-header.js'

/** What a safetensors file holds: tensors by name, and texts about them. */
export interface Tensors {
  readonly tensors: Readonly<Record<string, Tensor>>
  readonly metadata: Readonly<Record<string, string>>
}

/**
 * Reads a safetensors file; NaN and infinities are numbers like any others.
 * @throws ModelError with the file and the offset or tensor: where it is cut off, where header and data disagree, a name
 * occurs twice or a type is not supported.
 */
export async function readSafetensors(path: string): Promise<Tensors> {
  const file = await openFile(path, ModelError)
  try {
    const header = await readHeader(file)
    const start = lengthSize + header.length
    const { tensors, metadata } = parseHeader(path, header, file.size - start)
    const entries: [string, Tensor][] = []
    for (const info of tensors) entries.push([info.name, await readTensor(file, start, info)])
    // Not by assignment: a tensor "__proto__" would set the prototype.
    return { tensors: Object.fromEntries(entries), metadata }
  } finally {
    await file.close()
  }
}

/**
 * Writes a safetensors file, whole or not at all. The numbers are copied before this returns its promise.
 * @throws OptionError where dtype, shape and data of a tensor disagree; ModelError where the file cannot be written.
 */
export async function writeSafetensors(
  path: string,
  content: Pick<Tensors, 'tensors'> & Partial<Tensors>,
): Promise<void> {
  checkKeys('safetensors', content, ['tensors', 'metadata'])
  const { tensors, metadata } = content
  if (typeof tensors !== 'object' || tensors === null) throw optionError({ tensors }, 'tensors by name')
  const order = Object.keys(dtypes)
  const entries = Object.entries(tensors).sort(
    ([name, { dtype }], [otherName, other]) =>
      order.indexOf(other.dtype) - order.indexOf(dtype) || Buffer.compare(Buffer.from(name), Buffer.from(otherName)),
  )
  // Built as text: an object would put names that are numbers first.
  const members = metadata === undefined ? [] : [`"__metadata__":${metadataText(metadata)}`]
  let offset = 0
  for (const [name, tensor] of entries) {
    checkTensor(name, tensor)
    const { dtype, shape, data } = tensor
    const offsets = `[${offset},${offset + data.byteLength}]`
    members.push(`${JSON.stringify(name)}:{"dtype":"${dtype}","shape":[${shape.join(',')}],"data_offsets":${offsets}}`)
    offset += data.byteLength
  }
  const header = Buffer.from(`{${members.join(',')}}`)
  const padding = Buffer.alloc(-header.length & (lengthSize - 1), ' ')
  const headerSize = header.length + padding.length
  if (headerSize > largestHeader) {
    throw new ModelError(
      `cannot write ${path}: its header would have ${headerSize} bytes, the limit is ${largestHeader}`,
    )
  }
  const length = Buffer.alloc(lengthSize)
  length.writeBigUInt64LE(BigInt(headerSize))
  await writeFileAtomic(path, [length, header, padding, ...entries.map(([, tensor]) => bytesOf(tensor))], ModelError)
}

async function readHeader(file: OpenFile): Promise<Uint8Array> {
  const { path, size } = file
  const length = Buffer.alloc(lengthSize)
  const count = await file.read(length, 0)
  if (count < lengthSize) {
    throw new ModelError(
      `${path}: a safetensors file begins with ${lengthSize} bytes of length, this one ends at byte ${count}`,
    )
  }
  const headerSize = length.readBigUInt64LE()
  if (headerSize > largestHeader) {
    throw new ModelError(`${path}: byte 0: the header would have ${headerSize} bytes, the limit is ${largestHeader}`)
  }
  const end = lengthSize + Number(headerSize)
  if (end > size)
    throw new ModelError(`${path}: byte 0: the header would end at byte ${end}, the file ends at byte ${size}`)
  const header = new Uint8Array(Number(headerSize))
  await readExactly(file, header, lengthSize)
  return header
}

async function readTensor(file: OpenFile, start: number, { dtype, shape, begin, end }: TensorInfo): Promise<Tensor> {
  const Numbers = dtypes[dtype]
  const data = reserve(file.path, end - begin, ModelError, () => new Numbers(lengthOf(shape)))
  await readExactly(file, new Uint8Array(data.buffer), start + begin)
  reorderBytes(data, Numbers.BYTES_PER_ELEMENT, 'LE')
  return { dtype, shape, data } as Tensor
}

/** The sizes agree when this is called; a file can still become shorter while it is read. */
async function readExactly(file: OpenFile, target: Uint8Array, position: number): Promise<void> {
  const count = await file.read(target, position)
  if (count === target.length) return
  throw new ModelError(`${file.path}: the file had ${file.size} bytes, but it ends at byte ${position + count} now`)
}

function checkTensor(name: string, { dtype, shape, data }: Tensor): void {
  const tensor = `tensor ${inspectValue(name)}`
  if (name === '__metadata__') throw new OptionError('a tensor cannot have the name "__metadata__"')
  checkText(tensor, name)
  if (!isDtype(dtype)) throw optionError({ [`dtype of ${tensor}`]: dtype }, `one of ${Object.keys(dtypes).join(', ')}`)
  if (!(data instanceof dtypes[dtype])) throw optionError({ [`data of ${tensor}`]: data }, `a ${dtypes[dtype].name}`)
  if (!Array.isArray(shape)) throw optionError({ [`shape of ${tensor}`]: shape }, 'a list of sizes')
  for (const size of shape) checkInteger({ [`every size in the shape of ${tensor}`]: size }, 0)
  if (lengthOf(shape) !== data.length) {
    throw new OptionError(
      `data of ${tensor} must have ${lengthOf(shape)} numbers (shape ${inspectValue(shape)}), not ${data.length}`,
    )
  }
}

function metadataText(metadata: Readonly<Record<string, string>>): string {
  const members = Object.entries(metadata).map(([key, text]) => {
    if (typeof text !== 'string') throw optionError({ [`metadata ${inspectValue(key)}`]: text }, 'a text')
    checkText(`metadata ${inspectValue(key)}`, key + text)
    return `${JSON.stringify(key)}:${JSON.stringify(text)}`
  })
  return `{${members.join(',')}}`
}

function checkText(what: string, text: string): void {
  if (/\p{Surrogate}/u.test(text)) throw new OptionError(`${what} has half a surrogate pair, which UTF-8 cannot hold`)
}

/** A copy of the numbers in the byte order of the file. */
function bytesOf({ dtype, data }: Tensor): Uint8Array {
  const bytes = new Uint8Array(data.byteLength)
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
  reorderBytes(bytes, dtypes[dtype].BYTES_PER_ELEMENT, 'LE')
  return bytes
}
