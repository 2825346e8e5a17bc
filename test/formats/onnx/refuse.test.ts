import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadOnnx } from '#src/index'
import { failure, temporaryFolder } from '../../support/files.js'
import { type GraphText, writeGraph } from './graph.js'

const folder = temporaryFolder()
const floats = (...values: number[]) => Float32Array.from(values)
const W = floats(0.5, -1, 2, 1.5, 0.25, -0.75)
/** An attribute whose type is wrong for the operator. */
const wrongType = 'its attribute "transB" has a value of the wrong type'
const matrix = { shapes: { W: [3, 2], V: [2, 3] } }

describe('loadOnnx', () => {
  const W2 = { constants: { W, V: W, b: floats(1, 2), one: floats(1), half: floats(0.5) }, ...matrix }
  it.each<[string, GraphText, string]>([
    [
      'another operator',
      { nodes: [['Conv', 'x W', 'y']], ...W2 },
      'node 1 (Conv): this operator is not supported; supported are ',
    ],
    [
      'another attribute',
      { nodes: [['Gemm', 'x W', 'y', { transC: 1 }]], ...W2 },
      'node 1 (Gemm): its attribute "transC" is not supported',
    ],
    [
      'an attribute of another type',
      { nodes: [['Gemm', 'x W', 'y', { transB: 0.5 }]], ...W2 },
      `node 1 (Gemm): ${wrongType}`,
    ],
    [
      'transposed rows',
      { nodes: [['Gemm', 'x W', 'y', { transA: 1 }]], ...W2 },
      'node 1 (Gemm): transA would transpose the rows',
    ],
    [
      'a matrix that does not fit',
      { nodes: [['MatMul', 'x V', 'y']], ...W2 },
      'node 1 (MatMul): its matrix takes 2 columns, the rows have 3',
    ],
    [
      'the wrong order',
      { nodes: [['MatMul', 'W x', 'y']], ...W2 },
      'node 1 (MatMul): it multiplies a matrix by the rows, not the rows by a matrix',
    ],
    [
      'a softmax over rows',
      {
        nodes: [
          ['MatMul', 'x W', 'z'],
          ['Softmax', 'z', 'y', { axis: 0 }],
        ],
        ...W2,
      },
      'node 2 (Softmax): its axis is 0, expected that of the columns',
    ],
    [
      'a branch',
      {
        nodes: [
          ['MatMul', 'x W', 'a'],
          ['MatMul', 'x W', 'c'],
          ['Add', 'a c', 'y'],
        ],
        ...W2,
      },
      'node 3 (Add): it joins two branches of the graph, but layers here form a single chain',
    ],
    [
      'a vector after an activation',
      {
        nodes: [
          ['MatMul', 'x W', 'z'],
          ['Relu', 'z', 'a'],
          ['Add', 'a b', 'y'],
        ],
        ...W2,
      },
      'node 3 (Add): it combines an activation with a vector',
    ],
    [
      'a function of the inputs',
      {
        nodes: [
          ['Tanh', 'x', 't'],
          ['MatMul', 't W', 'y'],
        ],
        ...W2,
      },
      'node 2 (MatMul): the graph does more to the inputs than subtract means and multiply by factors',
    ],
    [
      'a last function that is not an activation',
      {
        nodes: [
          ['MatMul', 'x W', 'z'],
          ['Relu', 'z', 'a'],
          ['Mul', 'a half', 'y'],
        ],
        ...W2,
      },
      'node 3 (Mul): the function after the last layer is not an activation of descent',
    ],
    [
      'a GELU by tanh',
      {
        nodes: [
          ['MatMul', 'x W', 'z'],
          ['Gelu', 'z', 'y', { approximate: 'tanh' }],
        ],
        ...W2,
        opset: 20,
      },
      'node 2 (Gelu): approximate is "tanh", expected "none": GELU is exact here',
    ],
    [
      'rows that are mixed',
      {
        nodes: [
          ['Reshape', 'x shape', 'r'],
          ['MatMul', 'r W', 'y'],
        ],
        constants: { W, shape: BigInt64Array.of(3n, -1n) },
        ...matrix,
      },
      'node 1 (Reshape): it reshapes rows of 3 columns to [3, -1]: rows would be mixed',
    ],
    [
      'pictures that are not flattened',
      { nodes: [['MatMul', 'x W', 'y']], ...W2, input: [0, 28, 3] },
      'node 1 (MatMul): its rows have more than one dimension: flatten them first',
    ],
    ['a network without a layer', { nodes: [['Mul', 'x half', 'y']], ...W2 }, 'node 1 (Mul): the network has no layer'],
    [
      'types that are mixed',
      {
        nodes: [
          ['MatMul', 'x W', 'z'],
          ['MatMul', 'z D', 'y'],
        ],
        constants: { W, D: new Float64Array(4) },
        shapes: { ...matrix.shapes, D: [2, 2] },
      },
      'node 2 (MatMul): some of its layers have FLOAT weights and others DOUBLE',
    ],
    [
      'an input from nowhere',
      { nodes: [['MatMul', 'x Q', 'y']], ...W2 },
      'node 1 (MatMul): its input "Q" is not the output of an earlier node',
    ],
    [
      'a name that is given twice',
      {
        nodes: [
          ['MatMul', 'x W', 'y'],
          ['Relu', 'y', 'y'],
        ],
        ...W2,
      },
      'node 2 (Relu): its output "y" already exists',
    ],
    [
      'operators of other domains',
      { nodes: [['com.microsoft.Gelu', 'x', 'y']], ...W2 },
      'node 1 (com.microsoft.Gelu): this operator is not supported; supported are ',
    ],
  ])('refuses %s, with its place', async (_name, text, problem) => {
    const path = writeGraph(join(folder, 'refused.onnx'), text)
    const message = await failure(loadOnnx(path))
    expect(message.replace(/byte \d+: /, '')).toContain(`ModelError: ${path}: ${problem}`)
    expect(message).toMatch(/: byte \d+: node/)
  })
})
