import { writeFileSync } from 'node:fs'
import { bytes, integer, message, type Parts, text } from '#src/formats/onnx/protobuf-writer'

/** A Float32Array is a list of floats, and an `OtherValue` an attribute with any type and fields. */
type Value = number | string | readonly number[] | readonly string[] | Float32Array | OtherValue

/** The number of a type of attributes, and the fields of the attribute, encoded. */
export interface OtherValue {
  readonly type: number
  readonly fields: Parts
}
/** Operator, inputs, outputs and attributes of a node; the operator may be prefixed by its domain. */
export type NodeText = readonly [operator: string, inputs: string, outputs: string, attributes?: Record<string, Value>]

export interface GraphText {
  readonly nodes: readonly NodeText[]
  readonly constants?: Readonly<Record<string, Float32Array | Float64Array | BigInt64Array>>
  /** Shapes of constants that are not vectors. */
  readonly shapes?: Readonly<Record<string, readonly number[]>>
  readonly input?: readonly number[]
  /** The code of the input's type. Default 1 (FLOAT). */
  readonly inputType?: number
  readonly outputs?: readonly string[]
  readonly opset?: number
}

const types = { Float32Array: 1, Float64Array: 11, BigInt64Array: 7 }

function attribute([name, value]: [string, Value]): Parts {
  if (typeof value === 'string') return message(5, text(1, name), text(4, value), integer(20, 3))
  if (typeof value === 'number' && Number.isInteger(value))
    return message(5, text(1, name), integer(3, value), integer(20, 2))
  if (typeof value === 'number') {
    const float = [Uint8Array.of(2 * 8 + 5), new Uint8Array(Float32Array.of(value).buffer)]
    return message(5, text(1, name), float, integer(20, 1))
  }
  if (value instanceof Float32Array) {
    return message(5, text(1, name), bytes(7, new Uint8Array(value.buffer)), integer(20, 6))
  }
  if ('fields' in value) return message(5, text(1, name), value.fields, integer(20, value.type))
  const items = value.map((item) => (typeof item === 'string' ? text(9, item) : integer(8, item)))
  return message(5, text(1, name), ...items, integer(20, typeof value[0] === 'string' ? 8 : 7))
}

/** Writes a graph with the input `x` and the output `y`, as other programs might. */
export function writeGraph(path: string, graph: GraphText): string {
  const { nodes, constants = {}, shapes = {}, input = [0, 3], inputType = 1, outputs = ['y'], opset = 13 } = graph
  const names = (field: number, list: string) =>
    (list === '' ? [] : list.split(' ')).map((name) => text(field, name === '_' ? '' : name))
  const dimension = (size: number) => message(1, size > 0 ? integer(1, size) : text(2, 'N'))
  const model = [
    integer(1, 7),
    message(
      7,
      ...nodes.map(([operator, inputs, given, attributes = {}]) => {
        const at = operator.lastIndexOf('.')
        const domain = at < 0 ? [] : [text(7, operator.slice(0, at))]
        const parts = [...names(1, inputs), ...names(2, given), text(4, operator.slice(at + 1)), ...domain]
        return message(1, ...parts, ...Object.entries(attributes).map(attribute))
      }),
      ...Object.entries(constants).map(([name, data]) =>
        message(
          5,
          ...(shapes[name] ?? [data.length]).map((size) => integer(1, size)),
          integer(2, types[data.constructor.name as keyof typeof types]),
          text(8, name),
          bytes(9, new Uint8Array(data.buffer)),
        ),
      ),
      message(11, text(1, 'x'), message(2, message(1, integer(1, inputType), message(2, ...input.map(dimension))))),
      ...outputs.map((name) => message(12, text(1, name))),
    ),
    message(8, text(1, ''), integer(2, opset)),
  ].flat()
  writeFileSync(path, Buffer.concat(model))
  return path
}
