import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { Dataset, dense, ModelError, Network, readSafetensors, type Tensor, writeSafetensors } from '#src/index'
import { normals, sameBits } from '../support/numbers.js'

const folder = mkdtempSync(join(tmpdir(), 'descent-model-'))
afterAll(() => rmSync(folder, { recursive: true }))

const data = new Dataset({
  inputs: Float64Array.from(normals(60, 1)),
  width: 3,
  labels: new Int32Array(20).map((_, i) => i % 2),
})

describe('save and load', () => {
  it.each(['float32', 'float64'] as const)(
    'keep every bit in %s, and training goes on as if nothing had happened',
    async (dtype) => {
      const path = join(folder, `${dtype}.safetensors`)
      const description = {
        inputs: 3,
        layers: [dense(4), dense(2)],
        cost: 'cross-entropy',
        initializer: 'scaled-normal',
      } as const
      const network = new Network(description, { seed: 3, dtype })
      await network.fit(data, { epochs: 2, learningRate: 1 })
      await network.save(path)
      const loaded = await Network.load(path)
      expect(loaded.description).toEqual(network.description)
      expect(loaded.dtype).toBe(dtype)
      expect(sameBits(loaded.parameters, network.parameters)).toBe(true)
      for (const one of [network, loaded]) await one.fit(data, { epochs: 1, learningRate: 1 })
      expect(sameBits(loaded.parameters, network.parameters)).toBe(true)
      expect(readdirSync(folder).filter((name) => name.includes(dtype))).toEqual([`${dtype}.safetensors`])
    },
  )

  it('write a matrix for each layer that other programs can read', async () => {
    const path = join(folder, 'matrices.safetensors')
    const network = new Network([3, 4, 2])
    await network.save(path)
    const { tensors } = await readSafetensors(path)
    expect(
      Object.entries(tensors)
        .map(([name, { shape }]) => `${name} ${shape.join('x')}`)
        .sort(),
    ).toEqual(['layers.0.biases 4', 'layers.0.weights 4x3', 'layers.1.biases 2', 'layers.1.weights 2x4'])
    expect([...tensors['layers.1.weights'].data]).toEqual([...network.layers[1].weights])
  })
})

describe('a bad model file', () => {
  const path = join(folder, 'bad.safetensors')
  type Change = (tensors: Record<string, Tensor>, metadata: Record<string, string>) => void
  const f32 = (...shape: number[]): Tensor => ({
    dtype: 'F32',
    shape,
    data: new Float32Array(shape.reduce((a, b) => a * b, 1)),
  })
  it.each<[string, Change, string]>([
    ['of another program', (_, m) => delete m.format, 'its metadata says format undefined, not "descent"'],
    ['without a version', (_, m) => delete m.version, 'its metadata has no version'],
    [
      'with a version that is no number',
      (_, m) => {
        m.version = 'yes'
      },
      'its metadata says version "yes", not "2"',
    ],
    [
      'without a description',
      (_, m) => delete m.description,
      'its description cannot be used (Unexpected end of JSON input)',
    ],
    [
      'with a wrong description',
      (_, m) => {
        m.description = '{"inputs":0,"layers":[]}'
      },
      'its description cannot be used (inputs must be a whole number of at least 1, not 0)',
    ],
    [
      'with a seed that is not a number',
      (_, m) => {
        m.seed = 'x'
      },
      'its seed is "x", not a whole number',
    ],
    [
      'with a description that is too large',
      (_, m) => {
        m.description = JSON.stringify({ inputs: 1e9, layers: [dense(1e6)] })
      },
      'its description needs 1000000001000000 parameters, the file has 26',
    ],
    [
      'with a matrix of another shape',
      (t) => {
        t['layers.0.weights'] = f32(3, 4)
      },
      'the tensor layers.0.weights is F32 [3, 4], its description says F32 [4, 3]',
    ],
    [
      'with a matrix of another type',
      (t) => {
        t['layers.1.biases'] = { dtype: 'F64', shape: [2], data: new Float64Array(2) }
      },
      'the tensor layers.1.biases is F64 [2], its description says F32 [2]',
    ],
    [
      'with a missing tensor',
      (t) => {
        delete t['layers.1.biases']
        t.other = f32(2)
      },
      'the tensor layers.1.biases is missing',
    ],
    [
      'with an extra tensor',
      (t) => {
        t.other = f32(0)
      },
      'the tensor other belongs to no layer of its description',
    ],
  ])('%s is refused with the reason', async (_name, change, problem) => {
    await new Network([3, 4, 2]).save(path)
    const { tensors, metadata } = await readSafetensors(path)
    const changed = { tensors: { ...tensors }, metadata: { ...metadata } }
    change(changed.tensors, changed.metadata)
    await writeSafetensors(path, changed)
    await expect(Network.load(path)).rejects.toThrow(new ModelError(`${path} is not a model of descent: ${problem}`))
  })

  it('of another version is refused, and not read as something else', async () => {
    await new Network([3, 4, 2]).save(path)
    const { tensors, metadata } = await readSafetensors(path)
    await writeSafetensors(path, { tensors, metadata: { ...metadata, version: '1' } })
    await expect(Network.load(path)).rejects.toThrow(
      new ModelError(
        `${path} has the model format "1", this version of descent reads "2": load it with the version that wrote it, or train the network again`,
      ),
    )
  })
})
