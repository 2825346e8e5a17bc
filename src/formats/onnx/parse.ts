/**
 * Parses the protobuf messages of an ONNX file. The field numbers in this module are those of onnx.proto:
 * https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
 */
import { onOneLine } from '../../base/printable.js'
import { type Attribute, parseAttribute } from './attribute.js'
import { type Field, failure, integerOf, type Message, messageOf, readMessage, textOf } from './protobuf-reader.js'
import { type OnnxTensor, parseTensor } from './tensor.js'

export interface Node {
  /** The name of the node, or '' if it has none. */
  readonly name: string
  readonly operator: string
  /** The domain of the operator. It is '' for ONNX's own operators. */
  readonly domain: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly attributes: ReadonlyMap<string, Attribute>
  /** The byte offset of the node in the file. */
  readonly offset: number
  /** The position of the node in the graph, counted from 1. */
  readonly number: number
}

/** An input or output of the graph. */
export interface ValueInfo {
  readonly name: string
  /** The type of the numbers, as in `onnxTypes`. 0 if the file does not give it. */
  readonly type: number
  /**
   * The size of each dimension of the tensor. A size that is not fixed is undefined. If the file gives no shape, `dims`
   * itself is undefined.
   */
  readonly dims: readonly (number | undefined)[] | undefined
}

export interface Graph {
  readonly path: string
  readonly nodes: readonly Node[]
  readonly initializers: ReadonlyMap<string, OnnxTensor>
  readonly inputs: readonly ValueInfo[]
  readonly outputs: readonly ValueInfo[]
  readonly metadata: Readonly<Record<string, string>>
}

/** The maximum number of nodes in a graph. A fully connected network has far fewer. */
export const maxNodes = 10_000

/**
 * Parses the bytes of an ONNX file.
 * @throws ModelError if the bytes are not an ONNX model. The message contains the path and the byte offset.
 */
export function parseModel(path: string, file: Uint8Array): Graph {
  const message: Message = { path, file, start: 0, end: file.length, what: 'the model', kept: { fields: 0 } }
  let graph: Message | undefined
  let opset: number | undefined
  const metadata: [string, string][] = []
  readMessage(message, {
    one: {
      7: (field) => {
        graph = messageOf(field, 'the graph')
      },
    },
    many: {
      8(field) {
        const { key, value } = parsePair(messageOf(field, 'an opset'), integerOf)
        // Keep only the version (opset) of ONNX's own operators. Unsupported operators of other domains are reported
        // when their nodes are evaluated.
        if (key === '' || key === 'ai.onnx') opset = value
      },
      14(field) {
        const { key, value } = parsePair(messageOf(field, 'the metadata'), textOf)
        metadata.push([key, value ?? ''])
      },
    },
    ignored: [1, 2, 3, 4, 5, 6],
  })
  if (!graph || opset === undefined) {
    throw failure(
      message,
      file.length,
      `an ONNX model has a graph and an opset, but this file has no ${graph ? 'opset' : 'graph'}`,
    )
  }
  if (opset < 7 || opset > 30) throw failure(message, graph.start, `its opset is ${opset}, expected 7 to 30`)
  return { path, ...parseGraph(graph), metadata: Object.fromEntries(metadata) }
}

/** Parses a key-value pair. Field 1 is the key, and field 2 is the value, which is read with `read`. */
function parsePair<T>(message: Message, read: (field: Field) => T): { key: string; value: T | undefined } {
  let key = ''
  let value: T | undefined
  readMessage(message, {
    one: {
      1: (field) => {
        key = textOf(field)
      },
      2: (field) => {
        value = read(field)
      },
    },
  })
  return { key, value }
}

function parseGraph(message: Message): Omit<Graph, 'path' | 'metadata'> {
  const nodes: Node[] = []
  const initializers = new Map<string, OnnxTensor>()
  const inputs: ValueInfo[] = []
  const outputs: ValueInfo[] = []
  readMessage(message, {
    one: {},
    many: {
      1(field) {
        if (nodes.length === maxNodes) throw failure(message, field.offset, `the graph has more than ${maxNodes} nodes`)
        nodes.push(parseNode(messageOf(field, `node ${nodes.length + 1}`), field.offset, nodes.length + 1))
      },
      5(field) {
        const tensor = parseTensor(messageOf(field, `the initializer ${initializers.size + 1}`))
        const named = {
          ...tensor,
          message: { ...tensor.message, what: `the initializer ${JSON.stringify(tensor.name)}` },
        }
        if (initializers.has(tensor.name)) throw failure(message, field.offset, `${named.message.what} occurs twice`)
        initializers.set(tensor.name, named)
      },
      11: (field) => inputs.push(parseValueInfo(messageOf(field, `input ${inputs.length + 1}`))),
      12: (field) => outputs.push(parseValueInfo(messageOf(field, `output ${outputs.length + 1}`))),
    },
    // The ignored fields are names, descriptions, and information that the nodes contain too.
    ignored: [2, 10, 13, 16],
  })
  return { nodes, initializers, inputs, outputs }
}

function parseNode(message: Message, offset: number, number: number): Node {
  const inputs: string[] = []
  const outputs: string[] = []
  const attributes = new Map<string, Attribute>()
  const texts: Record<number, string> = {}
  const keep = (field: Field) => {
    texts[field.number] = textOf(field)
  }
  readMessage(message, {
    one: { 3: keep, 4: keep, 7: keep },
    many: {
      1: (field) => inputs.push(textOf(field)),
      2: (field) => outputs.push(textOf(field)),
      5(field) {
        const { name, value } = parseAttribute(messageOf(field, `an attribute of node ${number}`))
        if (attributes.has(name))
          throw failure(message, field.offset, `node ${number} has the attribute ${onOneLine(name)} twice`)
        attributes.set(name, value)
      },
    },
    ignored: [6, 9],
  })
  const { 3: name = '', 4: operator = '', 7: domain = '' } = texts
  return { name, operator, domain: domain === 'ai.onnx' ? '' : domain, inputs, outputs, attributes, offset, number }
}

function parseValueInfo(message: Message): ValueInfo {
  let name = ''
  let type = 0
  let dims: (number | undefined)[] | undefined
  const inside = (what: string, actions: Record<number, (field: Field) => void>) => (field: Field) => {
    // The ignored fields, such as sequences, maps and denotations, are not needed.
    readMessage(messageOf(field, `${what} of ${message.what}`), { one: actions, ignored: [3, 4, 5, 6, 8, 9] })
  }
  const shape = (field: Field) => {
    const sizes: (number | undefined)[] = []
    readMessage(messageOf(field, `the shape of ${message.what}`), {
      one: {},
      many: {
        1(dimension) {
          let size: number | undefined
          readMessage(messageOf(dimension, `a size of ${message.what}`), {
            one: {
              1: (value) => {
                size = integerOf(value)
              },
            },
            ignored: [2, 3],
          })
          // Some exporters write 0 or -1 for a size that is not fixed.
          sizes.push(size !== undefined && size > 0 ? size : undefined)
        },
      },
    })
    dims = sizes
  }
  readMessage(message, {
    one: {
      1: (field) => {
        name = textOf(field)
      },
      2: inside('the type', {
        1: inside('the tensor', {
          1: (field) => {
            type = integerOf(field)
          },
          2: shape,
        }),
      }),
    },
    ignored: [3, 4],
  })
  return { name, type, dims }
}
