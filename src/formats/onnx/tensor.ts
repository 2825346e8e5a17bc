/**
 * Parses ONNX tensors (TensorProto). The numbers of a tensor are either raw bytes or a list. Each type of number has
 * its own field for the list.
 */

import { ModelError } from '../../base/errors.js'
import { reserve } from '../../base/files.js'
import { allocate, type FloatArray } from '../../base/memory.js'
import {
  bytesOf,
  type Field,
  failure,
  integerOf,
  integersOf,
  type Message,
  readMessage,
  textOf,
  viewOf,
} from './protobuf-reader.js'

/** A tensor of the file. Its numbers are decoded only on demand. */
export interface OnnxTensor {
  readonly name: string
  readonly dims: readonly number[]
  /** The code that ONNX assigns to the type of the numbers, such as 1 for float. */
  readonly dataType: number
  readonly message: Message
  readonly raw: Field | undefined
  /** The fields that hold the numbers if there is no `raw`. A packed field holds several numbers. */
  readonly lists: readonly Field[]
  /** Whether the numbers are in a separate file, which is not supported. */
  readonly external: boolean
}

export const onnxTypes = { float: 1, uint8: 2, int32: 6, int64: 7, string: 8, bool: 9, double: 11 } as const

const typeNames = [
  'UNDEFINED', 'FLOAT', 'UINT8', 'INT8', 'UINT16', 'INT16', 'INT32', 'INT64', 'STRING', 'BOOL', 'FLOAT16', 'DOUBLE',
  'UINT32', 'UINT64', 'COMPLEX64', 'COMPLEX128', 'BFLOAT16',
] // biome-ignore format: a table

/** Returns the name of a type code, such as "FLOAT16" for 10. */
export function typeName(type: number): string {
  return typeNames[type] ?? `number ${type}`
}

const listFields: Readonly<Record<number, number>> = { 1: 4, 6: 5, 7: 7, 8: 6, 9: 5, 11: 10 }

export function parseTensor(message: Message): OnnxTensor {
  let name = ''
  const dims: number[] = []
  let dataType = 0
  let raw: Field | undefined
  const lists: Field[] = []
  let external = false
  const list = (field: Field) => lists.push(field)
  readMessage(message, {
    one: {
      2: (field) => {
        dataType = integerOf(field)
      },
      8: (field) => {
        name = textOf(field)
      },
      9: (field) => {
        raw = field
      },
      14: (field) => {
        external = integerOf(field) === 1
      },
    },
    many: {
      1: (field) => dims.push(...integersOf(field)),
      4: list,
      5: list,
      6: list,
      7: list,
      10: list,
      11: list,
      13() {},
    },
    ignored: [12, 16],
  })
  const tensor = { name, dims, dataType, message, raw, lists, external }
  for (const { number, offset } of lists) {
    if (listFields[dataType] === number) continue
    throw failure(message, offset, `field ${number} of ${message.what} is not a list of ${typeName(dataType)}`)
  }
  if (dims.some((size) => size < 0)) throw failure(message, message.start, `${message.what} has the shape [${dims}]`)
  return tensor
}

/** Returns the number of elements of a tensor, or NaN if it is too large to be exact. */
export function elementsOf({ dims }: Pick<OnnxTensor, 'dims'>): number {
  return dims.reduce((product, size) => (Number.isSafeInteger(product * size) ? product * size : Number.NaN), 1)
}

/**
 * Returns the numbers of a tensor of floats.
 * @throws ModelError if the type is not FLOAT or DOUBLE, or if the number of bytes does not match the shape
 */
export function floatsOf(tensor: OnnxTensor): FloatArray {
  const { dataType, message } = tensor
  if (dataType !== onnxTypes.float && dataType !== onnxTypes.double) {
    throw failure(
      message,
      message.start,
      `${message.what} has numbers of type ${typeName(dataType)}, expected FLOAT or DOUBLE`,
    )
  }
  const size = dataType === onnxTypes.float ? 4 : 8
  const count = checkBytes(tensor, size)
  const numbers = reserve(message.path, count * size, ModelError, () =>
    allocate<FloatArray>(size === 4 ? Float32Array : Float64Array, count),
  )
  let at = 0
  for (const field of tensor.raw ? [tensor.raw] : tensor.lists) {
    const view = viewOf(field)
    for (let i = 0; i < view.byteLength; i += size) {
      numbers[at++] = size === 4 ? view.getFloat32(i, true) : view.getFloat64(i, true)
    }
  }
  return numbers
}

/** Returns the integers of a tensor, such as a shape or an axis. */
export function wholeNumbersOf(tensor: OnnxTensor): number[] {
  const { dataType, message, raw, lists } = tensor
  const sizes: Readonly<Record<number, number>> = { [onnxTypes.int32]: 4, [onnxTypes.int64]: 8, [onnxTypes.bool]: 1 }
  const size = sizes[dataType]
  if (!size) {
    throw failure(
      message,
      message.start,
      `${message.what} has numbers of type ${typeName(dataType)}, expected whole numbers`,
    )
  }
  if (!raw) {
    const values = lists.flatMap(integersOf)
    if (values.length === elementsOf(tensor)) return values
    throw failure(
      message,
      message.start,
      `${message.what} has ${values.length} numbers, expected the shape [${tensor.dims}]`,
    )
  }
  const count = checkBytes(tensor, size)
  const view = viewOf(raw)
  return Array.from({ length: count }, (_, i) => {
    if (size === 1) return view.getUint8(i)
    return size === 4 ? view.getInt32(4 * i, true) : Number(view.getBigInt64(8 * i, true))
  })
}

/**
 * Returns the number of elements of a tensor, after checking that the tensor has `size` bytes for each element.
 * @throws ModelError if the number of bytes is wrong, or if the numbers are in a separate file
 */
function checkBytes(tensor: OnnxTensor, size: number): number {
  const { message, dims, raw, lists, external } = tensor
  if (external) {
    throw failure(message, message.start, `${message.what} has its numbers in another file: save the model as one file`)
  }
  if (raw && lists.length > 0) throw failure(message, message.start, `${message.what} has its numbers twice`)
  const there = (raw ? [raw] : lists).reduce((total, field) => total + bytesOf(widened(field)).length, 0)
  const count = elementsOf(tensor)
  if (count * size !== there) {
    throw failure(
      message,
      message.start,
      `${message.what} of shape [${dims.join(', ')}] takes ${count * size} bytes, it has ${there}`,
    )
  }
  return count
}

/**
 * Turns an unpacked field, which holds a single number, into a packed field with the same bytes. Returns a packed field
 * unchanged.
 */
function widened(field: Field): Field {
  return field.wire === 'fixed32' || field.wire === 'fixed64' ? { ...field, wire: 'bytes' } : field
}
