/** Encodes a network as an ONNX file with opset 13 and IR version 7. The field numbers are those of onnx.proto. */
import { reorderBytes } from '../../base/byte-order.js'
import { ModelError } from '../../base/errors.js'
import { hasLargeMeans } from '../../base/large-means.js'
import type { FloatArray } from '../../base/memory.js'
import { writeFileAtomic } from '../../base/write-file.js'
import { isClassifier, type Mlp } from '../mlp.js'
import { activationNodes, type NodeToWrite } from './activation-nodes.js'
import { bytes, integer, message, type Parts, sizeOf, text } from './protobuf-writer.js'
import { onnxTypes } from './tensor.js'

const opset = 13
const irVersion = 7
/** The maximum size of a file in bytes. Protobuf has the same limit. */
const maxFileBytes = 2 ** 31 - 1

const attributeOfInteger = 2

function node({ operator, inputs, output, attributes = {} }: NodeToWrite): Parts {
  return message(
    1,
    ...inputs.map((name) => text(1, name)),
    text(2, output),
    text(3, output),
    text(4, operator),
    ...Object.entries(attributes).map(([name, value]) =>
      message(5, text(1, name), integer(3, value), integer(20, attributeOfInteger)),
    ),
  )
}

/** Encodes a constant tensor. The numbers are copied and converted to the byte order of ONNX. */
function initializer(name: string, data: FloatArray | BigInt64Array, dims: readonly number[]): Parts {
  const numbers = data.slice()
  reorderBytes(numbers, numbers.BYTES_PER_ELEMENT, 'LE')
  return message(
    5,
    ...dims.map((size) => integer(1, size)),
    integer(2, typeOf(data)),
    text(8, name),
    bytes(9, new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength)),
  )
}

function typeOf(data: FloatArray | BigInt64Array): number {
  if (data instanceof BigInt64Array) return onnxTypes.int64
  return data instanceof Float32Array ? onnxTypes.float : onnxTypes.double
}

/**
 * Declares an input or output of the graph: a matrix of rows x columns. If `columns` is undefined, declares a vector
 * with one number for each row. The number of rows is not fixed.
 */
function rowsOf(field: number, name: string, type: number, columns?: number): Parts {
  const shape = message(
    2,
    message(1, text(2, 'N')),
    ...(columns === undefined ? [] : [message(1, integer(1, columns))]),
  )
  return message(field, text(1, name), message(2, message(1, integer(1, type), shape)))
}

function graphOf({ inputs, layers, standardization }: Mlp, labelNames: readonly string[] | undefined): Parts {
  const Type = layers[0].weights instanceof Float32Array ? Float32Array : Float64Array
  const type = typeOf(layers[0].weights)
  const nodes: NodeToWrite[] = []
  const initializers: Parts[] = []
  const constants = new Map<string, number>()
  let rows = 'inputs'
  // Where float would lose the differences between inputs, the rows are doubles until they are standardized.
  const InputType = standardization && hasLargeMeans(standardization) ? Float64Array : Type
  if (standardization) {
    initializers.push(initializer('inputMeans', InputType.from(standardization.means), [inputs]))
    initializers.push(initializer('inputFactors', InputType.from(standardization.factors), [inputs]))
    nodes.push({ operator: 'Sub', inputs: [rows, 'inputMeans'], output: 'centered' })
    nodes.push({ operator: 'Mul', inputs: ['centered', 'inputFactors'], output: 'standardized' })
    rows = 'standardized'
    if (InputType !== Type) {
      nodes.push({ operator: 'Cast', inputs: [rows], output: 'cast', attributes: { to: type } })
      rows = 'cast'
    }
  }
  const constant = (name: string, value: number) => {
    constants.set(name, value)
    return name
  }
  layers.forEach(({ outputs, activation, weights, biases }, index) => {
    const number = index + 1
    const a = number === layers.length ? 'outputs' : `a${number}`
    const z = activation === 'identity' ? a : `z${number}`
    initializers.push(initializer(`W${number}`, weights, [outputs, weights.length / outputs]))
    initializers.push(initializer(`b${number}`, biases, [outputs]))
    nodes.push({
      operator: 'Gemm',
      inputs: [rows, `W${number}`, `b${number}`],
      output: z,
      attributes: { transB: 1 },
    })
    nodes.push(...activationNodes[activation]({ z, a, constant, isFloat32: Type === Float32Array }))
    rows = a
  })
  const { outputs } = layers[layers.length - 1]
  const withClasses = isClassifier({ layers }, labelNames)
  if (withClasses && outputs > 1) {
    nodes.push({ operator: 'ArgMax', inputs: [rows], output: 'classes', attributes: { axis: 1, keepdims: 0 } })
  } else if (withClasses) {
    // Class 1 from 0.5 up, and class 0 below.
    initializers.push(initializer('columnAxis', BigInt64Array.of(1n), [1]))
    nodes.push({ operator: 'Less', inputs: [rows, constant('half', 0.5)], output: 'isFirst' })
    nodes.push({ operator: 'Not', inputs: ['isFirst'], output: 'isSecond' })
    nodes.push({ operator: 'Cast', inputs: ['isSecond'], output: 'class', attributes: { to: onnxTypes.int64 } })
    nodes.push({ operator: 'Squeeze', inputs: ['class', 'columnAxis'], output: 'classes' })
  }
  for (const [name, value] of constants) initializers.push(initializer(name, Type.of(value), []))
  return message(
    7,
    ...nodes.map(node),
    text(2, [inputs, ...layers.map((layer) => layer.outputs)].join('-')),
    ...initializers,
    rowsOf(11, 'inputs', typeOf(new InputType()), inputs),
    rowsOf(12, 'outputs', type, outputs),
    ...(withClasses ? [rowsOf(12, 'classes', onnxTypes.int64)] : []),
  )
}

/**
 * Writes the network to an ONNX file, completely or not at all. The weights are copied before the function returns its
 * promise, so the caller may then change them. If the classes have names, the graph also returns the class of each row.
 * @throws ModelError if the file would be too large or cannot be written
 */
export async function writeOnnxModel(path: string, mlp: Mlp, labelNames: readonly string[] | undefined): Promise<void> {
  const parts = [
    integer(1, irVersion),
    text(2, 'descent'),
    graphOf(mlp, labelNames),
    message(8, text(1, ''), integer(2, opset)),
    ...Object.entries(mlp.metadata).map(([key, value]) => message(14, text(1, key), text(2, value))),
  ].flat()
  const size = sizeOf(parts)
  if (size > maxFileBytes) {
    throw new ModelError(`cannot write ${path}: it would have ${size} bytes, an ONNX file has at most ${maxFileBytes}`)
  }
  await writeFileAtomic(path, joined(parts), ModelError)
}

/** Joins adjacent small parts of the file, so that writing them needs fewer system calls. */
function* joined(parts: Parts): Generator<Uint8Array> {
  let small: Uint8Array[] = []
  for (const part of parts) {
    if (part.length < 4096) {
      small.push(part)
      continue
    }
    yield Buffer.concat(small)
    small = []
    yield part
  }
  yield Buffer.concat(small)
}
