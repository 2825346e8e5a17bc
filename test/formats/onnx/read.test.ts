import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { message } from '#src/formats/onnx/protobuf-writer'
import { loadOnnx } from '#src/index'
import { failure, temporaryFolder } from '../../support/files.js'
import { expectNear, outputErrors } from '../../support/rounding.js'
import { type GraphText, writeGraph } from './graph.js'
import { runOnnx } from './runtime.js'

const folder = temporaryFolder()
const fixtures = join(import.meta.dirname, '../../fixtures/models')
const answers = JSON.parse(readFileSync(join(fixtures, 'answers.json'), 'utf8'))
const shapeAnswers = JSON.parse(readFileSync(join(fixtures, 'more-answers.json'), 'utf8'))
const torch = (name: string) => join(fixtures, `${name}.onnx`)
let graphs = 0
const graph = (text: GraphText) => writeGraph(join(folder, `${graphs++}.onnx`), text)

describe('loadOnnx of what torch.onnx writes', () => {
  it.each([
    ['torch-mlp', ['8 relu', '5 tanh', '3 softmax'], 'cross-entropy', 'float32'],
    ['torch-no-bias', ['5 gelu', '4 silu', '3 softmax'], 'cross-entropy', 'float32'],
    ['torch-float64', ['4 elu', '4 leaky-relu', '2 softplus', '1 identity'], 'quadratic', 'float64'],
    ['torch-selu', ['4 selu', '2 identity'], 'quadratic', 'float32'],
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

  it.each([
    ['torch-batch-norm-first', ['4 softmax']],
    ['torch-squeeze', ['6 relu', '1 sigmoid']],
    ['torch-view', ['6 relu', '4 softmax']],
  ])('%s gives the answers of PyTorch', async (name, layers) => {
    const network = await loadOnnx(torch(name))
    expect(network.layers.map(({ outputs, activation }) => `${outputs} ${activation}`)).toEqual(layers)
    const { rows, answers: expected } = shapeAnswers[name]
    expectNear(network.feedforward(rows), expected.flat(), outputErrors(network, rows.flat()))
  })

  it('torch-log-softmax gives the probabilities, with a warning that PyTorch gives their logarithms', async () => {
    const path = torch('torch-log-softmax')
    const warned = once(process, 'warning')
    const network = await loadOnnx(path)
    const [warning] = await warned
    expect([warning.code, warning.message]).toEqual([
      'DESCENT_LOG_SOFTMAX',
      `${path}: it returns logarithms of probabilities (LogSoftmax), but the network returns the probabilities`,
    ])
    const { description } = network
    expect(description.layers.map(({ outputs, activation }) => `${outputs} ${activation}`)).toEqual([
      '6 relu',
      '4 softmax',
    ])
    expect(description.cost).toBe('cross-entropy')
    const { rows, answers: expected } = shapeAnswers['torch-log-softmax']
    expectNear(network.feedforward(rows), expected.flat().map(Math.exp), outputErrors(network, rows.flat()))
  })

  it('refuses an unsupported activation, with its place', async () => {
    expect(await failure(loadOnnx(torch('torch-leaky')))).toMatch(
      /^ModelError: .*torch-leaky\.onnx: byte \d+: node 3 \(Gemm "\/2\/Gemm"\): the function between it and the layer before is not an activation of descent$/,
    )
  })
})

const floats = (...values: number[]) => Float32Array.from(values)
const W = floats(0.5, -1, 2, 1.5, 0.25, -0.75)
const shapesOfAll = { W: [3, 2], V: [2, 3], u: [3, 1], R: [1, 3], D: [3, 2] }
const matrix = { shapes: shapesOfAll }
const rows = Float32Array.from({ length: 30 }, (_, i) => Math.sin(3 * i))

const sizes = (...values: number[]) => BigInt64Array.from(values, BigInt)
/** The constants of a BatchNormalization of two columns. The second column is only a constant. */
const norm = { g: floats(2, 0), h: floats(-1, 0.5), m: floats(0.25, 3), v: floats(0.5, 2) }
/** The constants of a BatchNormalization of three columns. */
const wideNorm = { g3: floats(2, 0, 1e-9), h3: floats(1, 4, -3), m3: floats(0.5, -2, 100), v3: floats(4, 0, 1e-6) }
const tail: GraphText['nodes'] = [
  ['MatMul', 'f W', 'z'],
  ['Tanh', 'z', 'y'],
]

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
  'a Selu whose factors are given, and mish made of operators': {
    nodes: [
      ['MatMul', 'x W', 'z1'],
      ['Selu', 'z1', 'a1', { alpha: 1.6732632, gamma: 1.050701 }],
      ['MatMul', 'a1 V', 'z2'],
      ['Softplus', 'z2', 's'],
      ['Tanh', 's', 't'],
      ['Mul', 'z2 t', 'y'],
    ],
    constants: { W, V: W },
  },
  'the operator Mish': {
    nodes: [
      ['MatMul', 'x W', 'z1'],
      ['Mish', 'z1', 'y'],
    ],
    constants: { W },
    opset: 18,
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
  'a normalization of the inputs': {
    nodes: [['BatchNormalization', 'x g3 h3 m3 v3', 'f', { epsilon: 0.001 }], ...tail],
    constants: { W, ...wideNorm },
  },
  'a normalization of inputs that are standardized': {
    nodes: [['Div', 'x s', 'x1'], ['BatchNormalization', 'x1 g3 h3 m3 v3', 'f'], ...tail],
    constants: { W, s: floats(3), ...wideNorm },
  },
  'a normalization after a layer': {
    nodes: [
      ['Gemm', 'x W b', 'z'],
      ['BatchNormalization', 'z g h m v', 'n', { epsilon: 0.5, momentum: 0.9, training_mode: 0 }],
      ['Relu', 'n', 'y'],
    ],
    constants: { W, b: floats(1, 2), ...norm },
    opset: 14,
  },
  'a normalization after an activation': {
    nodes: [
      ['Gemm', 'x W b', 'z'],
      ['Relu', 'z', 'a'],
      ['BatchNormalization', 'a g h m v', 'n'],
      ['Dropout', 'n', 'd'],
      ['Gemm', 'd V c', 'y'],
    ],
    constants: { W, V: W, b: floats(1, 2), c: floats(1, 2, 3), ...norm },
  },
  'vectors after an activation': {
    nodes: [
      ['MatMul', 'x W', 'z'],
      ['Sigmoid', 'z', 'a'],
      ['Mul', 'a g', 'a1'],
      ['Add', 'a1 h', 'a2'],
      ['Sub', 'b a2', 'a3'],
      ['Div', 'a3 s', 'a4'],
      ['MatMul', 'a4 V', 'y'],
    ],
    constants: { W, V: W, b: floats(1, 2), s: floats(3), ...norm },
  },
  'a softmax from its logarithms': {
    nodes: [
      ['MatMul', 'x W', 'z'],
      ['LogSoftmax', 'z', 'l', { axis: -1 }],
      ['Exp', 'l', 'y'],
    ],
    constants: { W },
  },
  'a softmax of its logarithms': {
    nodes: [
      ['MatMul', 'x W', 'z'],
      ['Softmax', 'z', 'p'],
      ['Log', 'p', 'l'],
      ['Softmax', 'l', 'y'],
    ],
    constants: { W },
  },
  'dimensions that are added and removed': {
    nodes: [
      ['Unsqueeze', 'x one', 'x1'],
      ['Unsqueeze', 'x1 last', 'x2'],
      ['Squeeze', 'x2', 'f'],
      ['MatMul', 'f u', 'z'],
      ['Squeeze', 'z last', 's'],
      ['Tanh', 's', 't'],
      ['Unsqueeze', 't one', 't1'],
      ['Flatten', 't1', 't2'],
      ['MatMul', 't2 R', 'z2'],
      ['Unsqueeze', 'z2 one', 'u2'],
      ['Squeeze', 'u2 one', 'z3'],
      ['Softmax', 'z3', 'y'],
    ],
    constants: { u: floats(1, -2, 0.5), R: floats(1, 2, -1), one: sizes(1), last: sizes(-1) },
  },
  'attributes for the axes, as before opset 13': {
    nodes: [
      ['Unsqueeze', 'x', 'x1', { axes: [1, 3] }],
      ['Squeeze', 'x1', 'f', { axes: [3, 1] }],
      ['MatMul', 'f u', 'z'],
      ['Squeeze', 'z', 'y', { axes: [-1] }],
    ],
    constants: { u: floats(1, -2, 0.5) },
    opset: 11,
  },
  'one number for each row': {
    nodes: [
      ['MatMul', 'x u', 'z'],
      ['Sigmoid', 'z', 'a'],
      ['Reshape', 'a all', 'y'],
    ],
    constants: { u: floats(1, -2, 0.5), all: sizes(-1) },
  },
  'a view by the number of rows': {
    nodes: [
      ['Shape', 'x', 's'],
      ['Gather', 's first', 'n', { axis: 0 }],
      ['Unsqueeze', 'n zero', 'n1'],
      ['Concat', 'n1 rest', 'view', { axis: 0 }],
      ['Reshape', 'x view', 'f'],
      ...tail,
    ],
    constants: { W, first: sizes(0), zero: sizes(0), rest: sizes(-1) },
    shapes: { first: [] },
    input: [0, 1, 3],
  },
  'a view by all sizes': {
    nodes: [
      ['Shape', 'x', 's'],
      ['Cast', 's', 's32', { to: 6 }],
      ['Cast', 's32', 's64', { to: 7 }],
      ['Slice', 's64 zero one', 'n'],
      ['Gather', 's64 one', 'a'],
      ['Gather', 's64 last', 'b'],
      ['Mul', 'a b', 'ab'],
      ['Concat', 'n ab', 'view', { axis: 0 }],
      ['Reshape', 'x view', 'f'],
      ...tail,
    ],
    constants: { W, zero: sizes(0), one: sizes(1), last: sizes(-1) },
    input: [0, 3, 1],
  },
  'a view by the sizes of a layer': {
    nodes: [
      ['MatMul', 'x W', 'z'],
      ['Identity', 'z', 'z1'],
      ['Shape', 'z1', 's', { start: -2, end: 1 }],
      ['Squeeze', 's', 'n'],
      ['Reshape', 'n rest', 'n1'],
      ['Concat', 'n1 two', 'view', { axis: -1 }],
      ['Reshape', 'z1 view', 'y'],
    ],
    constants: { W, rest: sizes(-1), two: sizes(2) },
    opset: 15,
  },
  'a fixed number of rows': {
    nodes: [
      ['Reshape', 'x all', 'f'],
      ['MatMul', 'f W', 'z'],
      ['Reshape', 'z same', 'y'],
    ],
    constants: { W, all: sizes(10, -1), same: sizes(-1, 2) },
    input: [10, 3, 1],
  },
  'constants with lists of numbers': {
    nodes: [
      ['Constant', '', 'b', { value_floats: floats(1, -2) }],
      ['Constant', '', 'c', { value_float: 1.5 }],
      ['Constant', '', 'view', { value_ints: [-1, 2] }],
      ['MatMul', 'x W', 'z'],
      ['Add', 'z b', 'z1'],
      ['Add', 'z1 c', 'z2'],
      ['Reshape', 'z2 view', 'y'],
    ],
    constants: { W },
  },
  'casts between floats': {
    nodes: [
      ['Cast', 'x', 'd', { to: 11 }],
      ['Cast', 'd', 'f', { to: 1 }],
      ['Cast', 'D', 'W', { to: 1 }],
      ['MatMul', 'f W', 'y'],
    ],
    constants: { D: Float64Array.from(W) },
  },
}

describe('loadOnnx', () => {
  it.each(Object.keys(networks))('reads %s, and answers as ONNX Runtime does', async (name) => {
    const { shapes, input } = networks[name]
    const path = graph({ ...networks[name], shapes: { ...shapesOfAll, ...shapes } })
    const network = await loadOnnx(path)
    const { y } = await runOnnx(path, rows, ...(input?.slice(1) ?? [3]))
    const found = network.feedforward(rows)
    expectNear(found, Array.from(y.data, Number), outputErrors(network, rows))
  })

  it('reads a graph with an operator that has graphs itself, if no output depends on it', async () => {
    const path = graph({
      nodes: [
        [
          'If',
          'x',
          'unused',
          { then_branch: { type: 5, fields: message(6) }, list: { type: 10, fields: message(11) } },
        ],
        ['MatMul', 'x W', 'y'],
      ],
      constants: { W },
      ...matrix,
    })
    expect((await loadOnnx(path)).layers[0].activation).toBe('identity')
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
