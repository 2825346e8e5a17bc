/** Parses the attributes of a node. Each attribute has a name and one value. */
import {
  bytesOf,
  type Field,
  failure,
  floatOf,
  integerOf,
  integersOf,
  type Message,
  maxNumbers,
  messageOf,
  readMessage,
  textOf,
} from './protobuf-reader.js'
import { type OnnxTensor, parseTensor } from './tensor.js'

/** The value of an attribute. At most one property is defined: the property for the type of the value. */
export interface Attribute {
  readonly integer?: number
  readonly float?: number
  readonly text?: string
  readonly integers?: readonly number[]
  readonly texts?: readonly string[]
  readonly tensor?: OnnxTensor
}

/**
 * Maps each attribute type to the field that holds the value. Types and fields are given by their numbers in
 * onnx.proto.
 */
const valueFields: Readonly<Record<number, number>> = { 1: 2, 2: 3, 3: 4, 4: 5, 6: 7, 7: 8, 8: 9 }

export function parseAttribute(message: Message): { name: string; value: Attribute } {
  let name = ''
  let type: number | undefined
  const found: { -readonly [K in keyof Attribute]: Attribute[K] } = {}
  const numbers = new Set<number>()
  const integers: number[] = []
  const texts: string[] = []
  const decoder = new TextDecoder()
  const value = (action: (field: Field) => void) => (field: Field) => {
    numbers.add(field.number)
    action(field)
  }
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
      20: (field) => {
        type = integerOf(field)
      },
    },
    many: {
      7: value(() => {}),
      8: value((field) => {
        integers.push(...integersOf(field))
        if (integers.length > maxNumbers) {
          throw failure(message, field.offset, `${message.what} has more than ${maxNumbers} whole numbers`)
        }
        found.integers = integers
      }),
      9: value((field) => {
        texts.push(decoder.decode(bytesOf(field)))
        found.texts = texts
      }),
    },
    ignored: [13],
  })
  // Every attribute has exactly one field that holds its value, except that an empty list has none. Lists have the
  // types 6 and higher.
  const expected = type === undefined ? undefined : valueFields[type]
  const right =
    numbers.size === 0 ? (type ?? 0) >= 6 : numbers.size === 1 && (type === undefined || numbers.has(expected ?? 0))
  if (!right) throw failure(message, message.start, `${message.what} (${name}) has no value of its type ${type}`)
  return { name, value: found }
}
