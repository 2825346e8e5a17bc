/** Parses the attributes of a node. Each attribute has a name and one value. */
import { onOneLine } from '../../base/printable.js'
import {
  bytesOf,
  type Field,
  failure,
  floatOf,
  floatsOf,
  integerOf,
  integersOf,
  type Message,
  maxNumbers,
  messageOf,
  readMessage,
  textOf,
} from './protobuf-reader.js'
import { type OnnxTensor, parseTensor } from './tensor.js'

/** The types of attributes, with their numbers in onnx.proto and the numbers of the fields that hold their values. */
const types = [
  { number: 1, field: 2, name: 'FLOAT' },
  { number: 2, field: 3, name: 'INT' },
  { number: 3, field: 4, name: 'STRING' },
  { number: 4, field: 5, name: 'TENSOR' },
  { number: 5, field: 6, name: 'GRAPH' },
  { number: 6, field: 7, name: 'FLOATS', isList: true },
  { number: 7, field: 8, name: 'INTS', isList: true },
  { number: 8, field: 9, name: 'STRINGS', isList: true },
  { number: 9, field: 10, name: 'TENSORS', isList: true },
  { number: 10, field: 11, name: 'GRAPHS', isList: true },
  { number: 11, field: 22, name: 'SPARSE_TENSOR' },
  { number: 12, field: 23, name: 'SPARSE_TENSORS', isList: true },
  { number: 13, field: 14, name: 'TYPE_PROTO' },
  { number: 14, field: 15, name: 'TYPE_PROTOS', isList: true },
] as const

export type AttributeType = (typeof types)[number]['name']

/**
 * The type and the value of an attribute. At most one property besides the type is defined. No property is defined for
 * types that the supported operators do not use, such as graphs.
 */
export interface Attribute {
  readonly type: AttributeType
  readonly integer?: number
  readonly float?: number
  readonly text?: string
  readonly floats?: Float32Array
  readonly integers?: readonly number[]
  readonly texts?: readonly string[]
  readonly tensor?: OnnxTensor
}

export function parseAttribute(message: Message): { name: string; value: Attribute } {
  let name = ''
  let typeNumber: number | undefined
  const found: { -readonly [K in keyof Omit<Attribute, 'type'>]: Attribute[K] } = {}
  const numbers = new Set<number>()
  const floats: number[] = []
  const integers: number[] = []
  const texts: string[] = []
  const decoder = new TextDecoder()
  const value = (action: (field: Field) => void) => (field: Field) => {
    numbers.add(field.number)
    action(field)
  }
  const keep = (list: number[], added: readonly number[], field: Field, what: string) => {
    if (list.length + added.length > maxNumbers) {
      throw failure(message, field.offset, `${message.what} has more than ${maxNumbers} ${what}`)
    }
    list.push(...added)
  }
  const ignore = value(() => {})
  readMessage(message, {
    one: {
      1: (field) => {
        name = textOf(field)
      },
      2: value((field) => {
        found.float = floatOf(field)
      }),
      3: value((field) => {
        found.integer = integerOf(field)
      }),
      4: value((field) => {
        found.text = decoder.decode(bytesOf(field))
      }),
      5: value((field) => {
        found.tensor = parseTensor(messageOf(field, `the tensor of ${message.what}`))
      }),
      6: ignore,
      14: ignore,
      20: (field) => {
        typeNumber = integerOf(field)
      },
      22: ignore,
    },
    many: {
      7: value((field) => keep(floats, floatsOf(field), field, 'floats')),
      8: value((field) => keep(integers, integersOf(field), field, 'whole numbers')),
      9: value((field) => texts.push(decoder.decode(bytesOf(field)))),
      10: ignore,
      11: ignore,
      15: ignore,
      23: ignore,
    },
    ignored: [13],
  })
  const type = types.find(({ number, field }) =>
    typeNumber === undefined ? numbers.has(field) : number === typeNumber,
  )
  // Exactly one field holds the value of an attribute. An empty list has no field.
  const hasValue = type && (numbers.size === 1 ? numbers.has(type.field) : numbers.size === 0 && 'isList' in type)
  if (!hasValue) {
    const shown = type?.name ?? (typeNumber === undefined ? 'UNDEFINED' : `number ${typeNumber}`)
    throw failure(message, message.start, `${message.what} (${onOneLine(name)}) has no value of its type ${shown}`)
  }
  const lists = {
    ...(type.name === 'FLOATS' && { floats: Float32Array.from(floats) }),
    ...(type.name === 'INTS' && { integers }),
    ...(type.name === 'STRINGS' && { texts }),
  }
  return { name, value: { type: type.name, ...found, ...lists } }
}
