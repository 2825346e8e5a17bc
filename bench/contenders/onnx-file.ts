/**
 * Encodes a network as an ONNX file, without a library. The file has Gemm, Sigmoid, Relu and Softmax nodes of opset 13,
 * and its IR version is 7. The field numbers in this module are those of onnx.proto
 * (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto).
 */
import { activationsOf } from '../form.js'
import { type NetworkData, splitLayers } from './implementation.js'

const text = new TextEncoder()
const float32 = 1
const attributeOfInteger = 2

const nodeOf = { sigmoid: 'Sigmoid', relu: 'Relu', softmax: 'Softmax' }
const join = (...parts: readonly Uint8Array[]): Uint8Array => Buffer.concat(parts)

/** Encodes a whole number in groups of seven bits, beginning with the lowest bits. */
function varint(value: number): Uint8Array {
  const bytes: number[] = []
  for (; value > 127; value = Math.floor(value / 128)) bytes.push((value % 128) + 128)
  return Uint8Array.from([...bytes, value])
}

const integer = (field: number, value: number) => join(varint(field * 8), varint(value))
const bytes = (field: number, value: Uint8Array) => join(varint(field * 8 + 2), varint(value.length), value)
const string = (field: number, value: string) => bytes(field, text.encode(value))
const message = (field: number, ...parts: readonly Uint8Array[]) => bytes(field, join(...parts))

function tensor(name: string, values: Float32Array, shape: readonly number[]): Uint8Array {
  const raw = new DataView(new ArrayBuffer(4 * values.length))
  values.forEach((value, i) => {
    raw.setFloat32(4 * i, value, true)
  })
  const dimensions = shape.map((size) => integer(1, size))
  return join(...dimensions, integer(2, float32), string(8, name), bytes(9, new Uint8Array(raw.buffer)))
}

/**
 * Encodes a node of the ONNX graph, with inputs and one output. If `flag` is given, the node has an attribute with this
 * name and the value 1.
 */
function node(kind: string, inputs: readonly string[], output: string, flag?: string): Uint8Array {
  const attribute = flag ? [message(5, string(1, flag), integer(3, 1), integer(20, attributeOfInteger))] : []
  return join(...inputs.map((name) => string(1, name)), string(2, output), string(4, kind), ...attribute)
}

/** Encodes the name, the type and the shape of a matrix with any number of rows. */
function rowsOf(name: string, columns: number): Uint8Array {
  const shape = message(2, message(1, string(2, 'rows')), message(1, integer(1, columns)))
  return join(string(1, name), message(2, message(1, integer(1, float32), shape)))
}

/**
 * Returns the bytes of the ONNX file. Its input `x` is a float32 matrix (rows x inputs), and its output `y` is a
 * float32 matrix (rows x outputs).
 */
export function writeOnnx(network: NetworkData): Uint8Array {
  const { sizes } = network
  const activations = activationsOf(network)
  const last = sizes.length - 1
  const output = (l: number) => (l === 0 ? 'x' : l === last ? 'y' : `a${l}`)
  const layers = splitLayers(network).map((layer, l) => ({ ...layer, l: l + 1 }))
  const nodes = layers.flatMap(({ l }) => [
    node('Gemm', [output(l - 1), `W${l}`, `b${l}`], `z${l}`, 'transB'),
    node(nodeOf[activations[l - 1]], [`z${l}`], output(l)),
  ])
  const tensors = layers.flatMap(({ l, inputs, outputs, weights, biases }) => [
    tensor(`W${l}`, weights, [outputs, inputs]),
    tensor(`b${l}`, biases, [outputs]),
  ])
  const graph = [
    ...nodes.map((bytesOfNode) => bytes(1, bytesOfNode)),
    string(2, sizes.join('-')),
    ...tensors.map((bytesOfTensor) => bytes(5, bytesOfTensor)),
    bytes(11, rowsOf('x', sizes[0])),
    bytes(12, rowsOf('y', sizes[last])),
  ]
  const model = [integer(1, 7), string(2, 'descent'), message(7, ...graph), message(8, string(1, ''), integer(2, 13))]
  // The bytes are copied, because a Buffer may be a view of a larger shared pool, and a library that loads the file may
  // not expect that.
  return new Uint8Array(join(...model))
}
