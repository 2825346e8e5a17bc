/** Reads the fields of protobuf messages and checks all bounds. https://protobuf.dev/programming-guides/encoding/ */
import { ModelError } from '../../base/errors.js'

/** A protobuf message. It consists of the bytes of the file from offset `start` to offset `end`. */
export interface Message {
  readonly path: string
  readonly file: Uint8Array
  readonly start: number
  readonly end: number
  /** The name of the message in errors, such as "the graph". */
  readonly what: string
  /** The number of fields that have been read from the file so far. All messages of a file share this counter. */
  readonly kept: { fields: number }
}

/** A field of a message. Its value is a number or a range of bytes in the file. */
export interface Field {
  readonly message: Message
  readonly number: number
  /** The offset of the field's tag in the file. */
  readonly offset: number
  readonly wire: 'varint' | 'fixed64' | 'bytes' | 'fixed32'
  /** The value of a varint, as a signed 64-bit integer. For the other wire types it is 0. */
  readonly integer: number
  /** `start` and `end` are the range of the field's bytes in the file, without the tag and the length. */
  readonly start: number
  readonly end: number
}

const wires = { 0: 'varint', 1: 'fixed64', 2: 'bytes', 5: 'fixed32' } as const
const fixedSizes = { varint: 0, fixed64: 8, bytes: 0, fixed32: 4 } as const
const maxVarintBytes = 10
/**
 * The maximum number of fields in a file. Ignored fields are not counted, and a packed list of numbers is one field.
 * Without this limit, a malicious file could use up the memory, because a field of two bytes becomes a whole object.
 */
const maxFields = 1_000_000
/** The maximum number of integers or floats that one field or attribute may hold. */
export const maxNumbers = 1000
const decoder = new TextDecoder('utf-8', { fatal: true })

/** Creates the error for a problem at a byte offset of the file. */
export function failure({ path }: Pick<Message, 'path'>, offset: number, problem: string): ModelError {
  return new ModelError(`${path}: byte ${offset}: ${problem}`)
}

/**
 * Reads a varint (an integer with 7 bits in each byte). Returns its value and the offset after it. `part` is the name
 * of the varint in error messages.
 */
function varintAt(message: Message, from: number, part: string): { value: bigint; next: number } {
  let value = 0n
  for (let i = 0; i < maxVarintBytes; i++) {
    if (from + i >= message.end) throw failure(message, from, `${part} of ${message.what} continues beyond its end`)
    const byte = message.file[from + i]
    value |= BigInt(byte & 127) << BigInt(7 * i)
    if (byte < 128) return { value: BigInt.asIntN(64, value), next: from + i + 1 }
  }
  throw failure(message, from, `${part} of ${message.what} has more than the ${maxVarintBytes} bytes of a varint`)
}

function safeInteger(message: Message, offset: number, number: number, value: bigint): number {
  if (Number.isSafeInteger(Number(value))) return Number(value)
  throw failure(message, offset, `field ${number} of ${message.what} is ${value}, beyond 2^53`)
}

/**
 * Yields the fields of a message in file order.
 * @throws ModelError if the message is malformed. The error message has the byte offset of the problem.
 */
export function* fieldsOf(message: Message): Generator<Field> {
  const { end, what } = message
  for (let at = message.start; at < end; ) {
    const offset = at
    const tag = varintAt(message, at, 'a tag')
    const number = Number(tag.value >> 3n)
    const wire = wires[Number(tag.value & 7n) as keyof typeof wires]
    if (wire === undefined || number < 1 || number >= 2 ** 29) {
      throw failure(message, offset, `the tag ${tag.value} in ${what} is not a valid protobuf tag`)
    }
    let start = tag.next
    let integer = 0
    let length: number = fixedSizes[wire]
    if (wire === 'varint' || wire === 'bytes') {
      const { value, next } = varintAt(message, start, `field ${number}`)
      start = next
      if (wire === 'varint') integer = safeInteger(message, offset, number, value)
      else length = safeInteger(message, offset, number, value)
    }
    if (length < 0 || length > end - start) {
      throw failure(message, offset, `field ${number} of ${what} takes ${length} bytes, ${end - start} are left`)
    }
    at = start + length
    yield { message, number, offset, wire, integer, start, end: at }
  }
}

/**
 * Functions that handle the fields of a message, by field number. A field that has no function and is not in `ignored`
 * is an error.
 */
export interface Actions {
  /** Functions for fields that may occur only once. */
  readonly one: Readonly<Record<number, (field: Field) => void>>
  readonly many?: Readonly<Record<number, (field: Field) => void>>
  readonly ignored?: readonly number[]
}

/**
 * Calls the function in `one` or `many` for each field of a message.
 * @throws ModelError if a field is not supported, a field of `one` occurs twice, or the file has too many fields
 */
export function readMessage(message: Message, { one, many = {}, ignored = [] }: Actions): void {
  const seen = new Set<number>()
  for (const field of fieldsOf(message)) {
    const { number, offset } = field
    if (ignored.includes(number)) continue
    const action = one[number] ?? many[number]
    if (!action) throw failure(message, offset, `field ${number} of ${message.what} is not supported`)
    if (one[number] && seen.has(number))
      throw failure(message, offset, `field ${number} of ${message.what} occurs twice`)
    seen.add(number)
    if (++message.kept.fields > maxFields) throw failure(message, offset, `the file has more than ${maxFields} fields`)
    action(field)
  }
}

/**
 * Checks the wire type of a field. In the error message, `expected` says what the field must be.
 * @throws ModelError if the field does not have the given wire type
 */
function requireWire(field: Field, wire: Field['wire'], expected: string): void {
  if (field.wire === wire) return
  const { message, offset, number } = field
  throw failure(
    message,
    offset,
    `field ${number} of ${message.what} must be ${expected}, its wire type is ${field.wire}`,
  )
}

export function integerOf(field: Field): number {
  requireWire(field, 'varint', 'a whole number')
  return field.integer
}

export function textOf(field: Field): string {
  requireWire(field, 'bytes', 'a string')
  const { message, offset, number, start, end } = field
  try {
    return decoder.decode(message.file.subarray(start, end))
  } catch {
    throw failure(message, offset, `field ${number} of ${message.what} is not UTF-8`)
  }
}

export function messageOf(field: Field, what: string): Message {
  requireWire(field, 'bytes', 'a message')
  return { ...field.message, start: field.start, end: field.end, what }
}

export function bytesOf(field: Field): Uint8Array {
  requireWire(field, 'bytes', 'bytes')
  return field.message.file.subarray(field.start, field.end)
}

/** Returns the integers of a repeated field. A packed field has several integers, and an unpacked field has one. */
export function integersOf(field: Field): number[] {
  if (field.wire === 'varint') return [field.integer]
  requireWire(field, 'bytes', 'whole numbers')
  const values: number[] = []
  const packed = messageOf(field, `field ${field.number} of ${field.message.what}`)
  for (let at = field.start; at < field.end; ) {
    const { value, next } = varintAt(packed, at, 'a number')
    if (values.length === maxNumbers) {
      throw failure(packed, field.offset, `${packed.what} has more than ${maxNumbers} whole numbers`)
    }
    values.push(safeInteger(field.message, at, field.number, value))
    at = next
  }
  return values
}

/** Returns the value of a field that is a 32-bit float. */
export function floatOf(field: Field): number {
  requireWire(field, 'fixed32', 'a 4-byte number')
  return viewOf(field).getFloat32(0, true)
}

/** Returns the 32-bit floats of a repeated field. A packed field has several floats, and an unpacked field has one. */
export function floatsOf(field: Field): number[] {
  if (field.wire === 'fixed32') return [floatOf(field)]
  requireWire(field, 'bytes', 'floats')
  const view = viewOf(field)
  const { message, offset, number } = field
  if (view.byteLength % 4 > 0) {
    const problem = `has ${view.byteLength} bytes, expected 4 for each float`
    throw failure(message, offset, `field ${number} of ${message.what} ${problem}`)
  }
  if (view.byteLength > 4 * maxNumbers) {
    throw failure(message, offset, `field ${number} of ${message.what} has more than ${maxNumbers} floats`)
  }
  return Array.from({ length: view.byteLength / 4 }, (_, i) => view.getFloat32(4 * i, true))
}

/** Returns the bytes of a field as a DataView. A typed array is not possible, because the numbers may be unaligned. */
export function viewOf({ message: { file }, start, end }: Field): DataView {
  return new DataView(file.buffer, file.byteOffset + start, end - start)
}
