/** Fields of protobuf messages, read within their bounds. https://protobuf.dev/programming-guides/encoding/ */
import { ModelError } from '../../base/errors.js'

/** A message within a file, from `start` to `end`. */
export interface Message {
  readonly path: string
  readonly file: Uint8Array
  readonly start: number
  readonly end: number
  /** "the graph", as errors call it. */
  readonly what: string
  /** How many fields of the whole file have been kept. */
  readonly kept: { fields: number }
}

/** A field of a message: a number, or bytes of the file. */
export interface Field {
  readonly message: Message
  readonly number: number
  /** Where its tag lies in the file. */
  readonly offset: number
  readonly wire: 'varint' | 'fixed64' | 'bytes' | 'fixed32'
  /** The value of a varint, as a signed number of 64 bits. */
  readonly integer: number
  /** Where its bytes lie in the file, without tag and length. */
  readonly start: number
  readonly end: number
}

const wires = { 0: 'varint', 1: 'fixed64', 2: 'bytes', 5: 'fixed32' } as const
const fixedSizes = { varint: 0, fixed64: 8, bytes: 0, fixed32: 4 } as const
const longestVarint = 10
/** Fields that take memory, without the numbers of tensors: two bytes of a file could stand for an object each. */
const mostFields = 1_000_000
/** Whole numbers of one field, or of one attribute. */
export const mostNumbers = 1000
const decoder = new TextDecoder('utf-8', { fatal: true })

/** The error for what is wrong at a byte of the file. */
export function failure({ path }: Pick<Message, 'path'>, offset: number, problem: string): ModelError {
  return new ModelError(`${path}: byte ${offset}: ${problem}`)
}

/** A number in groups of seven bits, and where it ends. */
function varintAt(message: Message, from: number, part: string): { value: bigint; next: number } {
  let value = 0n
  for (let i = 0; i < longestVarint; i++) {
    if (from + i >= message.end) throw failure(message, from, `${part} of ${message.what} goes on beyond its end`)
    const byte = message.file[from + i]
    value |= BigInt(byte & 127) << BigInt(7 * i)
    if (byte < 128) return { value: BigInt.asIntN(64, value), next: from + i + 1 }
  }
  throw failure(message, from, `${part} of ${message.what} has more than the ${longestVarint} bytes of a varint`)
}

function safeInteger(message: Message, offset: number, number: number, value: bigint): number {
  if (Number.isSafeInteger(Number(value))) return Number(value)
  throw failure(message, offset, `field ${number} of ${message.what} is ${value}, beyond 2^53`)
}

/** The fields of a message, in the order of the file. @throws ModelError naming the byte where it breaks off */
export function* fieldsOf(message: Message): Generator<Field> {
  const { end, what } = message
  for (let at = message.start; at < end; ) {
    const offset = at
    const tag = varintAt(message, at, 'a tag')
    const number = Number(tag.value >> 3n)
    const wire = wires[Number(tag.value & 7n) as keyof typeof wires]
    if (wire === undefined || number < 1 || number >= 2 ** 29) {
      throw failure(message, offset, `the tag ${tag.value} in ${what} is none of protobuf`)
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

/** What is done with the fields of a message, by their numbers. A field that has no action and is not to be ignored is an error. */
export interface Actions {
  /** Fields that occur once at most. */
  readonly one: Readonly<Record<number, (field: Field) => void>>
  readonly many?: Readonly<Record<number, (field: Field) => void>>
  readonly ignored?: readonly number[]
}

/** Reads a message field by field. @throws ModelError for a field that its schema does not know, or that occurs twice */
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
    if (++message.kept.fields > mostFields)
      throw failure(message, offset, `the file has more than ${mostFields} fields`)
    action(field)
  }
}

/** Throws unless the field is of the wire type that its schema says. */
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
  requireWire(field, 'bytes', 'a text')
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

/** The numbers of a repeated field, one by one or packed. */
export function integersOf(field: Field): number[] {
  if (field.wire === 'varint') return [field.integer]
  requireWire(field, 'bytes', 'whole numbers')
  const values: number[] = []
  const packed = messageOf(field, `field ${field.number} of ${field.message.what}`)
  for (let at = field.start; at < field.end; ) {
    const { value, next } = varintAt(packed, at, 'a number')
    if (values.length === mostNumbers) {
      throw failure(packed, field.offset, `${packed.what} has more than ${mostNumbers} whole numbers`)
    }
    values.push(safeInteger(field.message, at, field.number, value))
    at = next
  }
  return values
}

/** A number of 32 bits. */
export function floatOf(field: Field): number {
  requireWire(field, 'fixed32', 'a number of 4 bytes')
  return viewOf(field).getFloat32(0, true)
}

/** The bytes of a field as a view, for numbers that need not be aligned. */
export function viewOf({ message: { file }, start, end }: Field): DataView {
  return new DataView(file.buffer, file.byteOffset + start, end - start)
}
