/**
 * Reads and writes the safetensors format of Hugging Face. A file consists of the length of the header (8 bytes,
 * little-endian), the header in JSON, and the numbers. A written file has exactly the bytes that the safetensors
 * library for Python would write. https://github.com/huggingface/safetensors
 */

import { reorderBytes } from '../base/byte-order.js'
import { ModelError } from '../base/errors.js'
import { type OpenFile, openFile, reserve } from '../base/files.js'
import { bfloat16, float16 } from '../base/narrow-floats.js'
import { writeFileAtomic } from '../base/write-file.js'
import { encodeSafetensors } from './safetensors-encode.js'
import {
  headerLength,
  lengthOf,
  lengthSize,
  parseHeader,
  storedDtypes,
  type Tensor,
  type TensorInfo,
  type Tensors,
} from './safetensors-header.js'

export type { Dtype, Tensor, Tensors } from './safetensors-header.js'

/**
 * Reads a safetensors file. NaN and infinities are allowed. Numbers of the types F16 and BF16 become F32, exactly.
 * @throws ModelError if the file is cut off, if header and data disagree, if a name occurs twice, or if a type is not
 * supported. The message names the file, and the byte offset or the tensor.
 */
export async function readSafetensors(path: string): Promise<Tensors> {
  const file = await openFile(path, ModelError)
  try {
    const header = await readHeader(file)
    const start = lengthSize + header.length
    const { tensors, metadata } = parseHeader(path, header, file.size - start)
    const entries: [string, Tensor][] = []
    for (const info of tensors) entries.push([info.name, await readTensor(file, start, info)])
    // Do not build the object by assignment, because a tensor named "__proto__" would set the prototype.
    return { tensors: Object.fromEntries(entries), metadata }
  } finally {
    await file.close()
  }
}

/**
 * Decodes the bytes of a safetensors file. `path` is only used in error messages.
 * @throws ModelError for the same reasons as `readSafetensors`
 */
export function decodeSafetensors(path: string, bytes: Uint8Array): Tensors {
  const start = lengthSize + headerLength(path, bytes.subarray(0, lengthSize), bytes.length)
  const { tensors, metadata } = parseHeader(path, bytes.subarray(lengthSize, start), bytes.length - start)
  const entries = tensors.map((info): [string, Tensor] => {
    const data = allocate(path, info)
    new Uint8Array(data.buffer).set(bytes.subarray(start + info.begin, start + info.end))
    return [info.name, tensorOf(path, info, data)]
  })
  return { tensors: Object.fromEntries(entries), metadata }
}

/**
 * Writes a safetensors file, completely or not at all. The numbers are copied before the function returns its promise,
 * so the caller may then change them.
 * @throws OptionError if the dtype, shape and data of a tensor disagree, ModelError if the file cannot be written
 */
export async function writeSafetensors(
  path: string,
  content: Pick<Tensors, 'tensors'> & Partial<Tensors>,
): Promise<void> {
  await writeFileAtomic(path, encodeSafetensors(path, content), ModelError)
}

async function readHeader(file: OpenFile): Promise<Uint8Array> {
  const { path, size } = file
  const length = new Uint8Array(lengthSize)
  const count = await file.read(length, 0)
  const header = new Uint8Array(headerLength(path, length.subarray(0, count), size))
  await readExactly(file, header, lengthSize)
  return header
}

async function readTensor(file: OpenFile, start: number, info: TensorInfo): Promise<Tensor> {
  const data = allocate(file.path, info)
  await readExactly(file, new Uint8Array(data.buffer), start + info.begin)
  return tensorOf(file.path, info, data)
}

type StoredData = InstanceType<(typeof storedDtypes)[TensorInfo['dtype']]>

/** Allocates memory for the numbers of a tensor as they are stored in the file. */
function allocate(path: string, { dtype, shape, begin, end }: TensorInfo): StoredData {
  const Numbers: new (length: number) => StoredData = storedDtypes[dtype]
  return reserve(path, end - begin, ModelError, () => new Numbers(lengthOf(shape)))
}

/** Returns the tensor with the numbers that were read from the file into `data`. */
function tensorOf(path: string, { dtype, shape }: TensorInfo, data: StoredData): Tensor {
  reorderBytes(data, data.BYTES_PER_ELEMENT, 'LE')
  if (dtype !== 'F16' && dtype !== 'BF16') return { dtype, shape, data } as Tensor
  const decode = dtype === 'F16' ? float16 : bfloat16
  const numbers = reserve(path, 4 * data.length, ModelError, () => new Float32Array(data.length))
  for (let i = 0; i < numbers.length; i++) numbers[i] = decode(Number(data[i]))
  return { dtype: 'F32', shape, data: numbers }
}

/**
 * Fills `target` with the bytes at `position`. Throws a ModelError if the file has become shorter since it was opened.
 */
async function readExactly(file: OpenFile, target: Uint8Array, position: number): Promise<void> {
  const count = await file.read(target, position)
  if (count === target.length) return
  throw new ModelError(`${file.path}: the file had ${file.size} bytes, but it ends at byte ${position + count} now`)
}
