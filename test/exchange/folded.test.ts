import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import {
  Dataset,
  dense,
  loadNpz,
  loadOnnx,
  Network,
  OptionError,
  parametersFrom,
  saveJavaScript,
  saveNpz,
  saveOnnx,
  scaling,
  tensorsOf,
} from '#src/index'
import { temporaryFolder } from '../support/files.js'
import { normals, normwiseError, sameBits } from '../support/numbers.js'

const folder = temporaryFolder()
const inputs = 5
const layers = [
  scaling(),
  dense(7, 'selu', { parametrization: 'ntk' }),
  dense(3, 'mish'),
  dense(2, 'identity', { parametrization: 'ntk', initializer: 'lecun' }),
]
const rows = normals(9 * inputs, 1, 'x')

describe.each(['float32', 'float64'] as const)('a network whose weights have factors, in %s', (dtype) => {
  const network = new Network({ inputs, layers }, { seed: 4, dtype })
  network.standardize(new Dataset({ inputs: Float64Array.from(normals(20 * inputs, 2, 'x')), width: inputs }))
  network.scaling?.set([0.5, -2, 1, 3, 0.25])
  const expected = network.feedforward(rows)
  const tolerance = dtype === 'float32' ? 1e-6 : 1e-14
  const standard = [dense(7, 'selu'), dense(3, 'mish'), dense(2, 'identity', { initializer: 'lecun' })]

  it.each([
    ['ONNX', 'folded.onnx', saveOnnx, loadOnnx],
    ['npz', 'folded.npz', saveNpz, loadNpz],
  ] as const)('is written to %s as the standard network that computes the same', async (_format, name, save, load) => {
    const path = join(folder, `${dtype}-${name}`)
    await save(path, network)
    const back = await load(path)
    const { scaling: _, ...description } = network.description
    expect(back.description).toEqual({ ...description, layers: standard })
    expect(back.scaling).toBeUndefined()
    expect(normwiseError(back.feedforward(rows), expected)).toBeLessThan(tolerance)
  })

  it('is written to JavaScript with the factors in the weights', async () => {
    const path = join(folder, `${dtype}.mjs`)
    await saveJavaScript(path, network)
    const { predict } = (await import(pathToFileURL(path).href)) as { predict(row: Float64Array): number[] }
    const found = Array.from({ length: 9 }, (_, r) => predict(rows.slice(r * inputs, (r + 1) * inputs))).flat()
    expect(normwiseError(found, expected)).toBeLessThan(tolerance)
  })

  it('keeps its own description and bits in a model file', async () => {
    const path = join(folder, `${dtype}.safetensors`)
    await network.save(path)
    const back = await Network.load(path)
    expect(back.description).toEqual(network.description)
    expect(sameBits(back.parameters, network.parameters)).toBe(true)
    expect([...back.feedforward(rows)]).toEqual([...expected])
  })

  it.each([
    [
      layers.slice(1),
      'layer 1 has the parametrization ntk, but tensors have the weights of standard layers: describe it without',
    ],
    [layers, 'tensors have no factors for a scaling layer: describe the network without it'],
  ])('takes no tensors of standard layers: %#', (given, message) => {
    const tensors = tensorsOf(network, { layout: 'torch' })
    expect(() => parametersFrom(tensors, { inputs, layers: given }, { layout: 'torch' })).toThrow(
      new OptionError(message),
    )
  })
})
