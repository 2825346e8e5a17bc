import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { integer, message } from '#src/formats/onnx/protobuf-writer'
import { loadOnnx } from '#src/index'
import { failure, temporaryFolder } from '../../support/files.js'
import { type GraphText, writeGraph } from './graph.js'

const folder = temporaryFolder()
const floats = (...values: number[]) => Float32Array.from(values)
const W = floats(0.5, -1, 2, 1.5, 0.25, -0.75)
const matrix = { shapes: { W: [3, 2], V: [2, 3], u: [3, 1], deep: [1, 1, 2] } }
const sizes = (...values: number[]) => BigInt64Array.from(values, BigInt)
const norm = { g: floats(2, 1), h: floats(-1, 0.5), m: floats(0.25, 3), v: floats(0.5, 2) }
/** What the graph does to the logits `z` of a layer. */
const layerThen = (nodes: GraphText['nodes'], constants: GraphText['constants'] = {}): GraphText => ({
  nodes: [['MatMul', 'x W', 'z'], ...nodes],
  constants: { W, V: W, ...norm, ...constants },
  ...matrix,
})
/** What the graph does to the single logit `z` of each row. */
const logitThen = (nodes: GraphText['nodes'], constants: GraphText['constants'] = {}): GraphText => ({
  nodes: [['MatMul', 'x u', 'z'], ...nodes],
  constants: { u: floats(1, -2, 0.5), ...constants },
  shapes: { u: [3, 1], one: [1, 1] },
})
/** Reshapes the rows by sizes that are computed from their shape `s`. */
const view = (nodes: GraphText['nodes'], constants: GraphText['constants'] = {}): GraphText => ({
  nodes: [['Shape', 'x', 's'], ...nodes, ['Reshape', 'x view', 'f'], ['MatMul', 'f W', 'y']],
  constants: { W, zero: sizes(0), rest: sizes(-1), ...constants },
  ...matrix,
})

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
      'node 1 (Gemm): its attribute "transB" has the type FLOAT, expected INT',
    ],
    [
      'a graph as an attribute',
      { nodes: [['Gemm', 'x W', 'y', { transB: { type: 5, fields: message(6) } }]], ...W2 },
      'node 1 (Gemm): its attribute "transB" has the type GRAPH, expected INT',
    ],
    [
      'a list as an attribute',
      { nodes: [['Gemm', 'x W', 'y', { transB: [1] }]], ...W2 },
      'node 1 (Gemm): its attribute "transB" has the type INTS, expected INT',
    ],
    [
      'an empty list as an attribute',
      { nodes: [['Gemm', 'x W', 'y', { alpha: { type: 6, fields: [] } }]], ...W2 },
      'node 1 (Gemm): its attribute "alpha" has the type FLOATS, expected FLOAT',
    ],
    [
      'an operator with graphs',
      { nodes: [['Loop', 'x W', 'y', { body: { type: 5, fields: message(6) } }]], ...W2 },
      'node 1 (Loop): this operator is not supported; supported are ',
    ],
    [
      'a constant of strings',
      {
        nodes: [
          ['Constant', '', 'c', { value_strings: ['a'] }],
          ['Gemm', 'x c', 'y'],
        ],
        ...W2,
      },
      'node 1 (Constant): its attribute "value_strings" is not supported',
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
      'node 3 (Add): it multiplies or shifts the columns of an activation, and no matrix follows that could do this',
    ],
    [
      'a normalization in training mode',
      { ...layerThen([['BatchNormalization', 'z g h m v', 'y', { training_mode: 1 }]]), opset: 14 },
      'node 2 (BatchNormalization): it is in training mode, which normalizes each row by the other rows of its batch',
    ],
    [
      'a normalization in training mode, as before opset 14',
      layerThen([['BatchNormalization', 'z g h m v', 'y m1 v1 m2 v2']]),
      'node 2 (BatchNormalization): it is in training mode, which normalizes each row by the other rows of its batch',
    ],
    [
      'a normalization without a variance',
      layerThen([['BatchNormalization', 'z g h m v', 'y']], { v: floats(1, -1) }),
      'node 2 (BatchNormalization): the variance of column 1 is -1, expected one above 0',
    ],
    [
      'a normalization of another number of columns',
      layerThen([['BatchNormalization', 'z g h m v', 'y']], { h: floats(1) }),
      'node 2 (BatchNormalization): input 3 has 1 numbers, expected 2',
    ],
    [
      'a normalization of channels',
      { nodes: [['BatchNormalization', 'x g h m v', 'y']], constants: norm, input: [0, 2, 4] },
      'node 1 (BatchNormalization): its rows have more than one dimension: flatten them first',
    ],
    [
      'a normalization of the last activation',
      layerThen([
        ['Relu', 'z', 'a'],
        ['BatchNormalization', 'a g h m v', 'y'],
      ]),
      'node 3 (BatchNormalization): it multiplies or shifts the columns of an activation, and no matrix follows that could do this',
    ],
    [
      'a normalization between two activations',
      layerThen([
        ['Relu', 'z', 'a'],
        ['BatchNormalization', 'a g h m v', 'n'],
        ['Tanh', 'n', 't'],
        ['MatMul', 't V', 'y'],
      ]),
      'node 5 (MatMul): two functions follow the layer before, and between them the columns are multiplied or shifted',
    ],
    [
      'a vector as an exponent',
      layerThen([
        ['Relu', 'z', 'a'],
        ['Pow', 'a g', 'n'],
        ['MatMul', 'n V', 'y'],
      ]),
      'node 3 (Pow): it combines the rows with a vector in a way that a layer cannot',
    ],
    [
      'a constant with more dimensions than the rows',
      layerThen(
        [
          ['Add', 'z deep', 'a'],
          ['Softmax', 'a', 'y', { axis: 1 }],
        ],
        { deep: floats(1, 2) },
      ),
      'node 2 (Add): its constant has the shape [1, 1, 2], the rows have the shape [rows, 2]',
    ],
    [
      'a logarithm of a softmax between layers',
      layerThen([
        ['LogSoftmax', 'z', 'l'],
        ['MatMul', 'l V', 'y'],
      ]),
      'node 3 (MatMul): the function between it and the layer before is not an activation of descent',
    ],
    [
      'a multiple of the logarithm of a softmax',
      layerThen([
        ['LogSoftmax', 'z', 'l'],
        ['Neg', 'l', 'y'],
      ]),
      'node 3 (Neg): it changes the probabilities of a softmax',
    ],
    [
      'a dimension that is not of size 1',
      layerThen([['Squeeze', 'z axis', 'y']], { axis: sizes(1) }),
      'node 2 (Squeeze): it removes dimension 1 of [rows, 2], expected one of size 1',
    ],
    [
      'a single row that loses its dimension',
      { ...layerThen([['Squeeze', 'z', 'y']]), input: [1, 3] },
      'node 2 (Squeeze): it also removes the dimension of the rows, because the graph has a single row',
    ],
    [
      'a dimension before the rows',
      layerThen([['Unsqueeze', 'z axis', 'y']], { axis: sizes(0) }),
      'node 2 (Unsqueeze): it adds dimension 0 to [rows, 2], expected one after the rows',
    ],
    [
      'a softmax over all rows',
      logitThen(
        [
          ['Squeeze', 'z axis', 's'],
          ['Softmax', 's', 'y', { axis: -1 }],
        ],
        { axis: sizes(1) },
      ),
      'node 3 (Softmax): its rows are single numbers, expected rows of columns',
    ],
    [
      'a softmax over single numbers',
      layerThen(
        [
          ['Unsqueeze', 'z axis', 'u'],
          ['Softmax', 'u', 'y', { axis: 1 }],
        ],
        { axis: sizes(1) },
      ),
      'node 3 (Softmax): its rows have more than one dimension: flatten them first',
    ],
    [
      'probabilities that are joined along the rows',
      logitThen(
        [
          ['Sigmoid', 'z', 'p1'],
          ['Reshape', 'p1 all', 'p'],
          ['Sub', 'total p', 'q'],
          ['Concat', 'q p', 'y', { axis: -1 }],
        ],
        { all: sizes(-1), total: floats(1) },
      ),
      'node 5 (Concat): its rows are single numbers, expected rows of columns',
    ],
    [
      'squeezed rows with a constant matrix',
      logitThen(
        [
          ['Squeeze', 'z axis', 's'],
          ['Add', 's one', 'y'],
        ],
        { axis: sizes(1), one: floats(2) },
      ),
      'node 3 (Add): its constant has the shape [1, 1], the rows have the shape [rows]',
    ],
    ['casts that round', layerThen([['Cast', 'z', 'y', { to: 10 }]]), 'node 2 (Cast): it casts the rows to FLOAT16'],
    [
      'a view that joins rows',
      view([
        ['Gather', 's zero', 'n'],
        ['Concat', 'rest n', 'view', { axis: 0 }],
      ]),
      'node 4 (Reshape): it reshapes rows of 3 columns to [-1, rows]: rows would be mixed',
    ],
    [
      'a view of twice the number of rows',
      view(
        [
          ['Gather', 's zero', 'n'],
          ['Mul', 'n two', 'm'],
          ['Concat', 'm rest', 'view', { axis: 0 }],
        ],
        { two: sizes(2) },
      ),
      'node 3 (Mul): it multiplies the number of rows',
    ],
    [
      'a size that does not exist',
      view(
        [
          ['Gather', 's two', 'n'],
          ['Concat', 'n rest', 'view', { axis: 0 }],
        ],
        { two: sizes(2) },
      ),
      'node 2 (Gather): its index 2 is not one of 2 sizes',
    ],
    [
      'selected columns',
      layerThen([['Gather', 'z axis', 'y', { axis: 1 }]], { axis: sizes(1) }),
      'node 2 (Gather): input 1 must be sizes or a constant, but it is computed from the rows',
    ],
    [
      'the number of rows as a number',
      view([
        ['Gather', 's zero', 'n'],
        ['Cast', 'n', 'view', { to: 1 }],
      ]),
      'node 3 (Cast): it casts sizes to FLOAT',
    ],
    [
      'sizes in place of the rows',
      view([['Relu', 's', 'view']]),
      'node 2 (Relu): input 1 must depend on the rows, but it is computed from sizes',
    ],
    [
      'a fixed number of rows that changes',
      { ...layerThen([['Reshape', 'z shape', 'y']], { shape: sizes(5, 2) }), input: [10, 3] },
      'node 2 (Reshape): it reshapes rows of 2 columns to [5, 2]: rows would be mixed',
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
      'a Selu with other factors',
      {
        nodes: [
          ['MatMul', 'x W', 'z'],
          ['Selu', 'z', 'a', { alpha: 1.5 }],
          ['MatMul', 'a V', 'y'],
        ],
        ...W2,
      },
      'node 3 (MatMul): the function between it and the layer before is not an activation of descent',
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
    const found = await failure(loadOnnx(path))
    expect(found.replace(/byte \d+: /, '')).toContain(`ModelError: ${path}: ${problem}`)
    expect(found).toMatch(/: byte \d+: node/)
  })

  it.each([
    [2, 'INT'],
    [5, 'GRAPH'],
    [11, 'SPARSE_TENSOR'],
    [13, 'TYPE_PROTO'],
    [15, 'number 15'],
  ])('refuses an attribute of type %i without a value', async (type, name) => {
    const nodes: GraphText['nodes'] = [['Gemm', 'x W', 'y', { transB: { type, fields: [] } }]]
    const path = writeGraph(join(folder, 'refused.onnx'), { nodes, ...W2 })
    const found = await failure(loadOnnx(path))
    expect(found.replace(/byte \d+: /, '')).toBe(
      `ModelError: ${path}: an attribute of node 1 (transB) has no value of its type ${name}`,
    )
  })

  it('refuses an attribute whose value is not of its type', async () => {
    const transB = { type: 9, fields: integer(8, 1) }
    const path = writeGraph(join(folder, 'refused.onnx'), { nodes: [['Gemm', 'x W', 'y', { transB }]], ...W2 })
    const found = await failure(loadOnnx(path))
    expect(found.replace(/byte \d+: /, '')).toBe(
      `ModelError: ${path}: an attribute of node 1 (transB) has no value of its type TENSORS`,
    )
  })

  it('refuses an input of bytes, which the network would scale and the graph does not', async () => {
    const nodes: GraphText['nodes'] = [
      ['Cast', 'x', 'f', { to: 1 }],
      ['MatMul', 'f W', 'y'],
    ]
    const path = writeGraph(join(folder, 'refused.onnx'), { nodes, inputType: 2, ...W2 })
    expect(await failure(loadOnnx(path))).toBe(
      `ModelError: ${path}: its input "x" has the type UINT8, expected FLOAT or DOUBLE`,
    )
  })
})
