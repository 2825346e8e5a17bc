import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readOnnx } from '#src/index'
import { failure, temporaryFolder } from '../support/files.js'
import { type GraphText, writeGraph } from './graph.js'
import { runOnnx } from './runtime.js'

const folder = temporaryFolder()
const fixtures = join(import.meta.dirname, '../fixtures/models')
const answers = JSON.parse(readFileSync(join(fixtures, 'answers.json'), 'utf8'))
const torch = (name: string) => join(fixtures, `${name}.onnx`)
let graphs = 0
const graph = (text: GraphText) => writeGraph(join(folder, `${graphs++}.onnx`), text)

describe('readOnnx of what torch.onnx writes', () => {
  it.each([
    ['torch-mlp', ['8 relu', '5 tanh', '3 softmax'], 'log-likelihood', 'float32'],
    ['torch-no-bias', ['5 gelu', '4 silu', '3 softmax'], 'log-likelihood', 'float32'],
    ['torch-float64', ['4 elu', '4 leaky-relu', '2 softplus', '1 identity'], 'quadratic', 'float64'],
    ['torch-unfolded', ['4 sigmoid', '1 sigmoid'], 'cross-entropy', 'float32'],
  ])('%s gives the answers of PyTorch', async (name, layers, cost, dtype) => {
    const network = await readOnnx(torch(name))
    const { description } = network
    expect(description.layers.map(({ outputs, activation }) => `${outputs} ${activation}`)).toEqual(layers)
    expect([description.cost, network.dtype]).toEqual([cost, dtype])
    const { rows, answers: expected } = answers[name]
    const found = network.feedforward(rows)
    for (const [i, value] of expected.flat().entries()) expect(Math.abs(found[i] - value)).toBeLessThan(1e-6)
  })

  it('refuses activations that are none of descent, with their place', async () => {
    expect(await failure(readOnnx(torch('torch-leaky')))).toMatch(
      /^ModelError: .*torch-leaky\.onnx: byte \d+: node 3 \(Gemm "\/2\/Gemm"\): between it and the layer before stands a function that is no activation of descent$/,
    )
    expect(await failure(readOnnx(torch('torch-selu')))).toMatch(
      /^ModelError: .*torch-selu\.onnx: byte \d+: node 2 \(Selu "\/1\/Selu"\): no layer of descent has this operator; known are Gemm, MatMul, /,
    )
  })
})

const floats = (...values: number[]) => Float32Array.from(values)
const W = floats(0.5, -1, 2, 1.5, 0.25, -0.75)
const matrix = { shapes: { W: [3, 2], V: [2, 3], u: [3, 1], R: [1, 3] } }
const rows = Float32Array.from({ length: 30 }, (_, i) => Math.sin(3 * i))

/** Graphs that are networks: each is compared with ONNX Runtime. */
const networks: Record<string, GraphText> = {
  'Gemm with alpha and beta': {
    nodes: [['Gemm', 'x W b', 'y', { alpha: 0.3, beta: 0.7 }]],
    constants: { W, b: floats(1, 2) },
  },
  'Gemm without C': { nodes: [['Gemm', 'x V', 'y', { transB: 1 }]], constants: { V: W } },
  'MatMul and Add, the constant first': {
    nodes: [
      ['MatMul', 'x W', 'z'],
      ['Add', 'b z', 'y'],
    ],
    constants: { W, b: floats(1, 2) },
  },
  'a matrix that is transposed in the graph': {
    nodes: [
      ['Transpose', 'V', 'W', { perm: [1, 0] }],
      ['MatMul', 'x W', 'z'],
      ['Relu', 'z', 'y'],
    ],
    constants: { V: W },
  },
  'arithmetic around layers': {
    nodes: [
      ['Div', 'x s', 'x1'],
      ['Sub', 'm x1', 'x2'],
      ['Mul', 'x2 f', 'x3'],
      ['MatMul', 'x3 W', 'z'],
      ['Sub', 'b z', 'z1'],
      ['Mul', 'z1 g', 'z2'],
      ['Div', 'z2 g2', 'z3'],
      ['Sigmoid', 'z3', 'y'],
    ],
    constants: {
      W,
      s: floats(3),
      m: floats(1, 2, 3),
      f: floats(2, -1, 0.5),
      b: floats(1, 2),
      g: floats(2, 3),
      g2: floats(4, 5),
    },
  },
  'pictures, flattened': {
    nodes: [
      ['Dropout', 'x', 'd'],
      ['Flatten', 'd', 'f'],
      ['Identity', 'f', 'i'],
      ['MatMul', 'i W', 'z'],
      ['Softmax', 'z', 'y', { axis: -1 }],
    ],
    constants: { W },
  },
  'rows, reshaped': {
    nodes: [
      ['Reshape', 'x shape', 'f'],
      ['MatMul', 'f W', 'z'],
      ['Tanh', 'z', 'y'],
    ],
    constants: { W, shape: BigInt64Array.of(-1n, 3n) },
  },
  'two layers without an activation between': {
    nodes: [
      ['Gemm', 'x W b', 'z1'],
      ['Mul', 'z1 s', 's1'],
      ['Gemm', 's1 V', 'z2'],
      ['Div', 'z2 s', 'y'],
    ],
    constants: { W, V: W, b: floats(1, 2), s: floats(3) },
  },
  'a sigmoid, SiLU and ReLU made of arithmetic': {
    nodes: [
      ['MatMul', 'x W', 'z1'],
      ['Neg', 'z1', 'n'],
      ['Exp', 'n', 'e'],
      ['Add', 'e one', 's'],
      ['Reciprocal', 's', 'a1'],
      ['Mul', 'a1 z1', 'silu'],
      ['MatMul', 'silu V', 'z2'],
      ['Max', 'z2 zero', 'y'],
    ],
    constants: { W, V: W, one: floats(1), zero: floats(0) },
  },
  'no and yes, as scikit-learn has the probabilities of two classes': {
    nodes: [
      ['MatMul', 'x u', 'z1'],
      ['Add', 'z1 b', 'z'],
      ['Sigmoid', 'z', 'p'],
      ['Sub', 'one p', 'q'],
      ['Concat', 'q p', 'y', { axis: 1 }],
      ['ArgMax', 'y', 'label', { axis: 1 }],
    ],
    constants: { u: floats(1, -2, 0.5), b: floats(0.25), one: floats(1) },
    outputs: ['label', 'y'],
  },
}

describe('readOnnx', () => {
  it.each(Object.keys(networks))('reads %s, and answers as ONNX Runtime does', async (name) => {
    const path = graph({ ...networks[name], ...matrix })
    const network = await readOnnx(path)
    const { y } = await runOnnx(path, rows, 3)
    const found = network.feedforward(rows)
    expect(found).toHaveLength(y.data.length)
    for (const [i, value] of found.entries()) expect(Math.abs(value - Number(y.data[i]))).toBeLessThan(2e-6)
  })

  it('takes the names of classes from a ZipMap', async () => {
    const path = graph({
      nodes: [
        ['MatMul', 'x W', 'z'],
        ['Softmax', 'z', 'p'],
        ['ai.onnx.ml.ZipMap', 'p', 'y', { classlabels_strings: ['no', 'yes'] }],
      ],
      constants: { W },
      ...matrix,
    })
    expect((await readOnnx(path)).labelNames).toEqual(['no', 'yes'])
  })

  it('takes the output that is asked for, where there are several', async () => {
    const path = graph({
      nodes: [
        ['MatMul', 'x W', 'logits'],
        ['Softmax', 'logits', 'y'],
      ],
      constants: { W },
      outputs: ['y', 'logits'],
      ...matrix,
    })
    expect(await failure(readOnnx(path))).toBe(
      `ModelError: ${path}: 2 of its outputs are numbers of the network; its outputs are "y", "logits"; say which with the option output`,
    )
    expect((await readOnnx(path, { output: 'logits' })).layers[0].activation).toBe('identity')
    expect((await readOnnx(path, { output: 'y' })).layers[0].activation).toBe('softmax')
    expect(await failure(readOnnx(path, { output: 'z' }))).toBe(
      `ModelError: ${path}: it has no output "z"; its outputs are "y", "logits"`,
    )
  })

  const W2 = { constants: { W, V: W, b: floats(1, 2), one: floats(1), half: floats(0.5) }, ...matrix }
  it.each<[string, GraphText, string]>([
    [
      'another operator',
      { nodes: [['Conv', 'x W', 'y']], ...W2 },
      'node 1 (Conv): no layer of descent has this operator; known are ',
    ],
    [
      'another attribute',
      { nodes: [['Gemm', 'x W', 'y', { transC: 1 }]], ...W2 },
      'node 1 (Gemm): its attribute "transC" is not supported',
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
      'node 2 (Softmax): its axis is 0, not that of the columns',
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
      'node 3 (Add): it joins two branches of the graph, and layers here stand one behind the other',
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
      'node 2 (MatMul): what comes before the first layer is more than a factor and a sum',
    ],
    [
      'a last function that is none',
      {
        nodes: [
          ['MatMul', 'x W', 'z'],
          ['Relu', 'z', 'a'],
          ['Mul', 'a half', 'y'],
        ],
        ...W2,
      },
      'node 3 (Mul): the function behind the last layer is no activation of descent',
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
      'node 2 (Gelu): approximate is "tanh"; GELU is exact here',
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
      'node 1 (Reshape): it makes the shape [3, -1] of rows of 3 columns: rows would not stay rows',
    ],
    [
      'pictures that are not flattened',
      { nodes: [['MatMul', 'x W', 'y']], ...W2, input: [0, 28, 3] },
      'node 1 (MatMul): its rows have more than one dimension: flatten them before',
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
      'node 1 (MatMul): its input "Q" is given by nothing before it',
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
      'node 2 (Relu): its output "y" is there already',
    ],
    [
      'operators of other domains',
      { nodes: [['com.microsoft.Gelu', 'x', 'y']], ...W2 },
      'node 1 (com.microsoft.Gelu): no layer of descent has this operator; known are ',
    ],
  ])('refuses %s, with its place', async (_name, text, problem) => {
    const path = graph(text)
    const message = await failure(readOnnx(path))
    expect(message.replace(/byte \d+: /, '')).toContain(`ModelError: ${path}: ${problem}`)
    expect(message).toMatch(/: byte \d+: node/)
  })
})
