import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadOnnx } from '#src/index'
import { failure, temporaryFolder } from '../../support/files.js'
import { type NodeText, writeGraph } from './graph.js'

const path = join(temporaryFolder(), 'small.onnx')
const side = 100
const matrix = { W: new Float32Array(side * side) }

/** A chain of nodes from the value `first` to `y`. */
const chain = (count: number, first: string, nodeOf: (i: number, from: string) => [string, string]): NodeText[] =>
  Array.from({ length: count }, (_, i) => {
    const [operator, inputs] = nodeOf(i, i ? `z${i}` : first)
    return [operator, inputs, i === count - 1 ? 'y' : `z${i + 1}`]
  })

describe('a small file that would need much work', () => {
  it.each<[string, NodeText[]]>([
    ['layers of one matrix', chain(1000, 'x', (_, from) => ['MatMul', `${from} W`])],
    ['differences', [['MatMul', 'x W', 'z0'], ...chain(1000, 'z0', (_, from) => ['Sub', `c ${from}`])]],
    [
      'products and sums',
      [['MatMul', 'x W', 'z0'], ...chain(2000, 'z0', (i, from) => [i % 2 ? 'Add' : 'Mul', `${from} c`])],
    ],
  ])('is refused: %s', async (_name, nodes) => {
    const constants = { ...matrix, c: Float32Array.of(1.5) }
    writeGraph(path, { nodes, constants, shapes: { W: [side, side], c: [] }, input: [0, side] })
    expect(await failure(loadOnnx(path))).toMatch(
      /small\.onnx: its \d+ bytes would expand to more than \d+ numbers in layers$/,
    )
  })

  it('is refused: a list of more whole numbers than any attribute has, one by one', async () => {
    writeGraph(path, { nodes: [['Transpose', 'x', 'y', { perm: new Array<number>(1001).fill(1) }]] })
    expect(await failure(loadOnnx(path))).toMatch(/: an attribute of node 1 has more than 1000 whole numbers$/)
  })

  it('is refused: a list of more floats than any attribute has', async () => {
    writeGraph(path, { nodes: [['Constant', '', 'y', { value_floats: new Float32Array(1001) }]] })
    expect(await failure(loadOnnx(path))).toMatch(/: field 7 of an attribute of node 1 has more than 1000 floats$/)
  })
})
