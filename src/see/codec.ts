/**
 * Messages as bytes: JSON, and typed arrays beside it. Unlike JSON alone, a message keeps `undefined`, NaN, infinities
 * and -0. The bytes are: the length of the JSON text as 32 bits, the text, and each array at the next multiple of 8
 * bytes, all in little-endian order.
 */

import { DataError } from '../common.js'

const arrayTypes = { Uint8Array, Int32Array, Uint32Array, Float32Array, Float64Array }
type ArrayName = keyof typeof arrayTypes
type MessageArray = InstanceType<(typeof arrayTypes)[ArrayName]>

/** The key of what JSON cannot say. An object of the message that has this key is wrapped itself. */
const mark = '$'
const isMarked = (value: object): boolean => Object.hasOwn(value, mark)

const alignment = 8
const aligned = (offset: number): number => Math.ceil(offset / alignment) * alignment

/**
 * Encodes plain objects, lists, texts, numbers, true, false, null, undefined and typed arrays.
 * @throws TypeError if the message contains anything else
 */
export function encode(message: unknown): Uint8Array<ArrayBuffer> {
  return encodeAfter(0, message)
}

/**
 * Encodes a message with its length before it, so that messages can follow each other in a stream.
 * @throws TypeError as `encode` does
 */
export function encodeFramed(message: unknown): Uint8Array<ArrayBuffer> {
  const bytes = encodeAfter(4, message)
  new DataView(bytes.buffer).setUint32(0, bytes.length - 4, true)
  return bytes
}

/** Encodes a message, and leaves some bytes free before it. */
function encodeAfter(free: number, message: unknown): Uint8Array<ArrayBuffer> {
  const arrays: MessageArray[] = []
  const text = new TextEncoder().encode(JSON.stringify(pack(message, arrays)))
  const offsets: number[] = []
  let end = 4 + text.length
  for (const array of arrays) {
    offsets.push(aligned(end))
    end = aligned(end) + array.byteLength
  }
  const bytes = new Uint8Array(free + end)
  new DataView(bytes.buffer).setUint32(free, text.length, true)
  bytes.set(text, free + 4)
  arrays.forEach(({ buffer, byteOffset, byteLength }, index) => {
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), free + offsets[index])
  })
  return bytes
}

/** Returns a value as JSON can say it. What has nothing that JSON cannot say is returned itself, because copies take time. */
function pack(value: unknown, arrays: MessageArray[]): unknown {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value
    case 'undefined':
      return { [mark]: ['undefined'] }
    case 'number':
      if (Number.isFinite(value) && !Object.is(value, -0)) return value
      return { [mark]: ['number', Object.is(value, -0) ? '-0' : String(value)] }
    case 'object': {
      if (value === null) return null
      if (Array.isArray(value)) return packList(value, arrays)
      const name = value.constructor?.name
      if (ArrayBuffer.isView(value) && name !== undefined && name in arrayTypes) {
        const array = value as MessageArray
        arrays.push(array)
        return { [mark]: ['array', name, array.length] }
      }
      const packed = packMembers(value, arrays)
      return isMarked(value) ? { [mark]: ['object', packed] } : packed
    }
    default:
      throw new TypeError(`a message cannot contain a ${typeof value}`)
  }
}

function packList(list: readonly unknown[], arrays: MessageArray[]): readonly unknown[] {
  let packed: unknown[] | undefined
  list.forEach((member, index) => {
    const next = pack(member, arrays)
    if (next === member) return
    packed ??= [...list]
    packed[index] = next
  })
  return packed ?? list
}

function packMembers(value: object, arrays: MessageArray[]): object {
  let packed: Record<string, unknown> | undefined
  for (const [key, member] of Object.entries(value)) {
    const next = pack(member, arrays)
    if (next === member) continue
    // The copy has all members, also one of the name `__proto__`, so that nothing but their values changes.
    packed ??= { ...value }
    packed[key] = next
  }
  return packed ?? value
}

/**
 * Decodes a message. The arrays are copies, so they do not keep the bytes in memory.
 * @throws DataError if the bytes are not a message
 */
export function decode(bytes: Uint8Array): unknown {
  if (bytes.length < 4) throw damaged('it ends before its length')
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true)
  if (length > bytes.length - 4) throw damaged('its text ends too early')
  let parsed: unknown
  try {
    parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(4, 4 + length)))
  } catch {
    throw damaged('its text is not JSON')
  }
  let offset = 4 + length
  const nextArray = (name: unknown, size: unknown): MessageArray => {
    const isName = typeof name === 'string' && Object.hasOwn(arrayTypes, name)
    const isSize = typeof size === 'number' && Number.isInteger(size) && size >= 0
    if (!isName || !isSize) throw damaged('an array has no type or no length')
    const Type = arrayTypes[name as ArrayName]
    const from = aligned(offset)
    offset = from + size * Type.BYTES_PER_ELEMENT
    if (offset > bytes.length) throw damaged('an array ends too early')
    // A Buffer's own slice would be a view, and its buffer is shared with other data.
    return new Type(new Uint8Array(bytes.subarray(from, offset)).buffer)
  }
  const message = unpack(parsed, nextArray)
  if (offset !== bytes.length) throw damaged('something follows its end')
  return message
}

function damaged(problem: string): DataError {
  return new DataError(`the message is damaged: ${problem}`)
}

function unpack(value: unknown, nextArray: (name: unknown, size: unknown) => MessageArray): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((member) => unpack(member, nextArray))
  if (!isMarked(value)) return unpackMembers(value, nextArray)
  const marked: unknown = Reflect.get(value, mark)
  if (!Array.isArray(marked)) throw damaged('a mark is not a list')
  const [kind, ...rest] = marked as unknown[]
  switch (kind) {
    case 'undefined':
      return undefined
    case 'number':
      return Number(rest[0])
    case 'array':
      return nextArray(rest[0], rest[1])
    case 'object':
      if (typeof rest[0] === 'object' && rest[0] !== null) return unpackMembers(rest[0], nextArray)
      throw damaged('an object is missing')
    default:
      throw damaged('a mark is not known')
  }
}

/** Makes the members own properties, whatever their names are: `__proto__` too. */
function unpackMembers(value: object, nextArray: (name: unknown, size: unknown) => MessageArray): object {
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, unpack(member, nextArray)]))
}

/**
 * Returns a function that takes the next bytes of a stream of framed messages, and returns the messages that are
 * complete. It throws DataError if a message is longer than `maxBytes`.
 */
export function createUnframer(maxBytes: number): (bytes: Uint8Array) => Uint8Array[] {
  let chunks: Uint8Array[] = []
  let size = 0
  /** Takes the first `count` bytes away. */
  const take = (count: number): Uint8Array => {
    const all = chunks.length === 1 ? chunks[0] : joined(chunks, size)
    chunks = [all.subarray(count)]
    size -= count
    return all.subarray(0, count)
  }
  let wanted: number | undefined
  return (bytes) => {
    chunks.push(bytes)
    size += bytes.length
    const messages: Uint8Array[] = []
    for (;;) {
      if (wanted === undefined) {
        if (size < 4) return messages
        const head = take(4)
        wanted = new DataView(head.buffer, head.byteOffset).getUint32(0, true)
        if (wanted > maxBytes) throw damaged(`it has ${wanted} bytes, more than ${maxBytes}`)
      }
      if (size < wanted) return messages
      messages.push(take(wanted))
      wanted = undefined
    }
  }
}

function joined(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const all = new Uint8Array(size)
  let at = 0
  for (const chunk of chunks) {
    all.set(chunk, at)
    at += chunk.length
  }
  return all
}
