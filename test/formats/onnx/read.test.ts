import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadOnnx } from '#src/index'
import { failure, temporaryFolder } from '../../support/files.js'
import { expectNear, outputErrors } from '../../support/rounding.js'
import { type GraphText, writeGraph } from './graph.js'
import { runOnnx } from './runtime.js'

const folder = temporaryFolder()
const fixtures = join(import.meta.dirname, '../../fixtures/models')
const answers = JSON.parse(readFileSync(join(fixtures, 'answers.json'), 'utf8'))
const torch = (name: string) => join(fixtures, `${name}.onnx`)
let graphs = 0
const graph = (text: GraphText) => writeGraph(join(folder, `${graphs++}.onnx`), text)

describe('loadOnnx of what torch.onnx writes', () => {
  it.each([
    ['torch-mlp', ['8 relu', '5 tanh', '3 softmax'], 'cross-entropy', 'float32'],
    ['torch-no-bias', ['5 gelu', '4 silu', '3 softmax'], 'cross-entropy', 'float32'],
    ['torch-float64', ['4 elu', '4 leaky-relu', '2 softplus', '1 identity'], 'quadratic', 'float64'],
    ['torch-unfolded', ['4 sigmoid', '1 sigmoid'], 'cross-entropy', 'float32'],
  ])('%s gives the answers of PyTorch', async (name, layers, cost, dtype) => {
    const network = await loadOnnx(torch(name))
    const { description } = network
    expect(description.layers.map(({ outputs, activation }) => `${outputs} ${activation}`)).toEqual(layers)
    expect([description.cost, network.dtype]).toEqual([cost, dtype])
    const { rows, answers: expected } = answers[name]
    const found = network.feedforward(rows)
    expectNear(found, expected.flat(), outputErrors(network, rows.flat()))
  })

  it('refuses unsupported activations, with their place', async () => {
    expect(await failure(loadOnnx(torch('torch-leaky')))).toMatch(
      /^ModelError: .*torch-leaky\.onnx: byte \d+: node 3 \(Gemm "\/2\/Gemm"\): the function between it and the layer before is not an activation of descent$/,
    )
    expect(await failure(loadOnnx(torch('torch-selu')))).toMatch(
      /^ModelError: .*torch-selu\.onnx: byte \d+: node 2 \(Selu "\/1\/Selu"\): this operator is not supported; supported are Gemm, MatMul, /,
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

describe('loadOnnx', () => {
  it.each(Object.keys(networks))('reads %s, and answers as ONNX Runtime does', async (name) => {
    const path = graph({ ...networks[name], ...matrix })
    const network = await loadOnnx(path)
    const { y } = await runOnnx(path, rows, 3)
    const found = network.feedforward(rows)
    expectNear(found, Array.from(y.data, Number), outputErrors(network, rows))
  })

  it('takes class names from a ZipMap', async () => {
    const path = graph({
      nodes: [
        ['MatMul', 'x W', 'z'],
        ['Softmax', 'z', 'p'],
        ['ai.onnx.ml.ZipMap', 'p', 'y', { classlabels_strings: ['no', 'yes'] }],
      ],
      constants: { W },
      ...matrix,
    })
    expect((await loadOnnx(path)).labelNames).toEqual(['no', 'yes'])
  })

  it('uses the output in the options if there are several', async () => {
    const path = graph({
      nodes: [
        ['MatMul', 'x W', 'logits'],
        ['Softmax', 'logits', 'y'],
      ],
      constants: { W },
      outputs: ['y', 'logits'],
      ...matrix,
    })
    expect(await failure(loadOnnx(path))).toBe(
      `ModelError: ${path}: 2 of its outputs could be the network's, expected 1; its outputs are "y", "logits"; choose one with the option output`,
    )
    expect((await loadOnnx(path, { output: 'logits' })).layers[0].activation).toBe('identity')
    expect((await loadOnnx(path, { output: 'y' })).layers[0].activation).toBe('softmax')
    expect(await failure(loadOnnx(path, { output: 'z' }))).toBe(
      `ModelError: ${path}: it has no output "z"; its outputs are "y", "logits"`,
    )
  })
})
