import { reorderBytes } from '../base/byte-order.js'
import { checkInteger, checkKeys } from '../base/checks.js'
import { inspectValue, ModelError, OptionError, optionError } from '../base/errors.js'
import { checkAttached, typedArrayName } from '../base/typed-arrays.js'
import {
  dtypes,
  isDtype,
  lengthOf,
  lengthSize,
  maxHeaderBytes,
  type Tensor,
  type Tensors,
} from './safetensors-header.js'

/**
 * Encodes tensors as a safetensors file. Returns the bytes of the file in parts: the header, and then a copy of the
 * numbers of each tensor. `path` is only used in error messages.
 * @throws OptionError if a tensor or the metadata is invalid, ModelError if the header would be too large
 */
export function encodeSafetensors(path: string, content: Pick<Tensors, 'tensors'> & Partial<Tensors>): Uint8Array[] {
  checkKeys('safetensors', content, ['tensors', 'metadata'])
  const { tensors, metadata } = content
  if (typeof tensors !== 'object' || tensors === null) throw optionError({ tensors }, 'tensors by name')
  const order = Object.keys(dtypes)
  const entries = Object.entries(tensors).sort(
    ([name, { dtype }], [otherName, other]) =>
      order.indexOf(other.dtype) - order.indexOf(dtype) || compareTexts(name, otherName),
  )
  // Build the JSON text by hand to keep the order of the tensors. In a JavaScript object, names that are integers would
  // come first.
  const members = metadata === undefined ? [] : [`"__metadata__":${metadataText(metadata)}`]
  let offset = 0
  for (const [name, tensor] of entries) {
    checkTensor(name, tensor)
    const { dtype, shape, data } = tensor
    const offsets = `[${offset},${offset + data.byteLength}]`
    members.push(`${JSON.stringify(name)}:{"dtype":"${dtype}","shape":[${shape.join(',')}],"data_offsets":${offsets}}`)
    offset += data.byteLength
  }
  const text = new TextEncoder().encode(`{${members.join(',')}}`)
  const headerSize = Math.ceil(text.length / lengthSize) * lengthSize
  if (headerSize > maxHeaderBytes) {
    throw new ModelError(
      `cannot write ${path}: its header would have ${headerSize} bytes, the limit is ${maxHeaderBytes}`,
    )
  }
  const header = new Uint8Array(lengthSize + headerSize).fill(0x20)
  new DataView(header.buffer).setBigUint64(0, BigInt(headerSize), true)
  header.set(text, lengthSize)
  return [header, ...entries.map(([, tensor]) => bytesOf(tensor))]
}

/**
 * Compares strings by code points. The safetensors library for Python sorts tensors by the UTF-8 bytes of their names,
 * which gives the same order. The operator `<` would compare UTF-16 code units instead.
 */
function compareTexts(one: string, other: string): number {
  const [ones, others] = [[...one], [...other]]
  const place = ones.findIndex((character, i) => character !== others[i])
  if (place < 0) return ones.length - others.length
  return (ones[place].codePointAt(0) ?? 0) - (others[place]?.codePointAt(0) ?? -1)
}

function checkTensor(name: string, { dtype, shape, data }: Tensor): void {
  const tensor = `tensor ${inspectValue(name)}`
  if (name === '__metadata__') throw new OptionError('a tensor cannot have the name "__metadata__"')
  checkText(tensor, name)
  if (!isDtype(dtype)) throw optionError({ [`dtype of ${tensor}`]: dtype }, `one of ${Object.keys(dtypes).join(', ')}`)
  if (typedArrayName(data) !== dtypes[dtype].name)
    throw optionError({ [`data of ${tensor}`]: data }, `a ${dtypes[dtype].name}`)
  checkAttached(`data of ${tensor}`, data)
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
    if (typeof text !== 'string') throw optionError({ [`metadata ${inspectValue(key)}`]: text }, 'a string')
    checkText(`metadata ${inspectValue(key)}`, key + text)
    return `${JSON.stringify(key)}:${JSON.stringify(text)}`
  })
  return `{${members.join(',')}}`
}

function checkText(what: string, text: string): void {
  if (/\p{Surrogate}/u.test(text))
    throw new OptionError(`${what} has half a surrogate pair, which UTF-8 cannot represent`)
}

/** Copies the numbers of a tensor and converts them to the byte order of the file. */
function bytesOf({ dtype, data }: Tensor): Uint8Array {
  const bytes = new Uint8Array(data.byteLength)
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
  reorderBytes(bytes, dtypes[dtype].BYTES_PER_ELEMENT, 'LE')
  return bytes
}
