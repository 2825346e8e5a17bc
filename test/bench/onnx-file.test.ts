import { describe, expect, it } from 'vitest'
import { writeOnnx } from '../../bench/contenders/onnx-file.js'

type Field = readonly [field: number, value: number | Uint8Array]

/** Reads the fields of a protobuf message in order: integers and bytes. */
function parse(bytes: Uint8Array): Field[] {
  let at = 0
  const varint = (): number => {
    let value = 0
    for (let factor = 1; ; factor *= 128) {
      if (at >= bytes.length) throw new Error('the message ends within a number')
      const byte = bytes[at++]
      value += (byte & 127) * factor
      if (byte < 128) return value
    }
  }
  const fields: Field[] = []
  while (at < bytes.length) {
    const tag = varint()
    if (tag % 8 === 0) fields.push([tag >> 3, varint()])
    else if (tag % 8 === 2) {
      const length = varint()
      if (at + length > bytes.length) throw new Error('the message ends within a field')
      fields.push([tag >> 3, bytes.subarray(at, at + length)])
      at += length
    } else throw new Error(`wire type ${tag % 8} is not written`)
  }
  return fields
}

const all = (fields: readonly Field[], field: number) =>
  fields.filter(([number]) => number === field).map(([, value]) => value)
const text = (value: number | Uint8Array) => (typeof value === 'number' ? value : new TextDecoder().decode(value))
const open = (value: number | Uint8Array) => (typeof value === 'number' ? [] : parse(value))
const floats = (value: number | Uint8Array) =>
  typeof value === 'number' ? [] : [...new Float32Array(value.slice().buffer)]

const parameters = Float32Array.from({ length: 200 * 3 + 3 + 3 * 2 + 2 }, (_, i) => i / 8)
const form = { sizes: [200, 3, 2], hidden: 'sigmoid', output: 'sigmoid', cost: 'quadratic' } as const
const model = parse(writeOnnx({ ...form, parameters }))
const graph = open(all(model, 7)[0])

describe('writeOnnx', () => {
  it('writes a model of IR version 7 and opset 13', () => {
    expect(model.map(([field]) => field)).toEqual([1, 2, 7, 8])
    expect(all(model, 1)).toEqual([7])
    expect(all(model, 2).map(text)).toEqual(['descent'])
    expect(open(all(model, 8)[0])).toEqual([
      [1, new Uint8Array()],
      [2, 13],
    ])
    expect(all(graph, 2).map(text)).toEqual(['200-3-2'])
    expect(graph.map(([field]) => field)).toEqual([1, 1, 1, 1, 2, 5, 5, 5, 5, 11, 12])
  })

  it('writes a Gemm with transposed weights and a Sigmoid for each layer', () => {
    const nodes = all(graph, 1).map(open)
    expect(nodes.map((node) => [all(node, 4), all(node, 1), all(node, 2)].map((values) => values.map(text)))).toEqual([
      [['Gemm'], ['x', 'W1', 'b1'], ['z1']],
      [['Sigmoid'], ['z1'], ['a1']],
      [['Gemm'], ['a1', 'W2', 'b2'], ['z2']],
      [['Sigmoid'], ['z2'], ['y']],
    ])
    const attributes = nodes.map((node) => all(node, 5).map(open))
    expect(
      attributes.map((list) => list.map((fields) => fields.map(([field, value]) => [field, text(value)]))),
    ).toEqual([
      [
        [
          [1, 'transB'],
          [3, 1],
          [20, 2],
        ],
      ],
      [],
      [
        [
          [1, 'transB'],
          [3, 1],
          [20, 2],
        ],
      ],
      [],
    ])
  })

  it('writes the activations of the description', () => {
    const relu = { sizes: [200, 3, 2], hidden: 'relu', output: 'softmax', cost: 'cross-entropy' } as const
    const other = open(all(parse(writeOnnx({ ...relu, parameters })), 7)[0])
    expect(all(other, 1).map((node) => text(all(open(node), 4)[0]))).toEqual(['Gemm', 'Relu', 'Gemm', 'Softmax'])
  })

  it('writes weights and biases as float32 tensors of their shapes', () => {
    const tensors = all(graph, 5).map(open)
    expect(tensors.map((tensor) => [text(all(tensor, 8)[0]), all(tensor, 1), all(tensor, 2)])).toEqual([
      ['W1', [3, 200], [1]],
      ['b1', [3], [1]],
      ['W2', [2, 3], [1]],
      ['b2', [2], [1]],
    ])
    expect(tensors.flatMap((tensor) => floats(all(tensor, 9)[0]))).toEqual([...parameters])
  })

  it('accepts any number of rows, and states their width', () => {
    const described = [11, 12].map((field) => {
      const info = open(all(graph, field)[0])
      const type = open(all(open(all(info, 2)[0]), 1)[0])
      const shape = open(all(type, 2)[0]).map(([, dimension]) =>
        open(dimension).map(([at, value]) => [at, text(value)]),
      )
      return [text(all(info, 1)[0]), all(type, 1), shape]
    })
    expect(described).toEqual([
      ['x', [1], [[[2, 'rows']], [[1, 200]]]],
      ['y', [1], [[[2, 'rows']], [[1, 2]]]],
    ])
  })
})
