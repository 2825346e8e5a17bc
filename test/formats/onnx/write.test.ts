import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { activationNames } from '#src/compile/activations'
import { standardization } from '#src/data/standardize'
import { Dataset, dense, dropout, loadOnnx, ModelError, Network, OptionError, saveOnnx } from '#src/index'
import { temporaryFolder } from '../../support/files.js'
import { normals, normwiseError, sameBits } from '../../support/numbers.js'
import { expectNear, outputErrors } from '../../support/rounding.js'
import { runOnnx } from './runtime.js'

const folder = temporaryFolder()
const rows = 40
const columns = 5

/** Rows in the network's own type, as both sides take them. */
const rowsFor = (dtype: 'float32' | 'float64', seed = 3) =>
  dtype === 'float32'
    ? Float32Array.from(normals(rows * columns, seed))
    : Float64Array.from(normals(rows * columns, seed))

async function expectSame(network: Network, path: string, data?: Dataset): Promise<void> {
  const x = rowsFor(network.dtype)
  const { outputs } = await runOnnx(path, x, columns)
  const expected = network.feedforward(x)
  expect(outputs.dims).toEqual([rows, expected.length / rows])
  // ONNX Runtime has the error function, which GELU uses, only in float32.
  const dtype = network.layers.some(({ activation }) => activation === 'gelu') ? 'float32' : network.dtype
  const errors = outputErrors({ dtype, layers: network.layers }, x, data && standardization(data))
  expectNear(Array.from(outputs.data, Number), expected, errors)
}

describe.each(['float32', 'float64'] as const)('saveOnnx in %s', (dtype) => {
  it.each(activationNames)(
    'writes %s as ONNX Runtime computes it, and reads it back to the bit',
    async (activation) => {
      const path = join(folder, `${activation}-${dtype}.onnx`)
      const layers = [dense(7, activation), dense(4, activation === 'softmax' ? 'softmax' : activation)]
      const network = new Network({ inputs: columns, layers }, { seed: 1, dtype })
      await saveOnnx(path, network)
      await expectSame(network, path)
      const back = await loadOnnx(path)
      expect(back.description).toEqual(network.description)
      expect(back.dtype).toBe(dtype)
      expect(sameBits(back.parameters, network.parameters)).toBe(true)
    },
  )

  it('writes the standardization of inputs, and omits dropout', async () => {
    const path = join(folder, `standardized-${dtype}.onnx`)
    const description = {
      inputs: columns,
      layers: [dropout(0.1), dense(8, 'relu'), dropout(0.5), dense(3, 'softmax')],
      cost: 'cross-entropy',
      initializer: 'he',
    } as const
    const network = new Network(description, { seed: 9, dtype })
    const inputs = Float64Array.from(normals(100 * columns, 5), (value, i) => 3 * value + (i % columns))
    const data = new Dataset({ inputs, width: columns })
    network.standardize(data)
    network.labelNames = ['é', 'b', 'c']
    await saveOnnx(path, network)
    await expectSame(network, path, data)
    const back = await loadOnnx(path)
    expect(back.description).toEqual(network.description)
    expect(back.labelNames).toEqual(['é', 'b', 'c'])
    const x = rowsFor(dtype)
    expect(sameBits(back.feedforward(x), network.feedforward(x))).toBe(true)
  })
})

describe('saveOnnx', () => {
  it('takes rows in float64 where float32 would lose the differences between inputs', async () => {
    const path = join(folder, 'timestamps.onnx')
    const times = Float64Array.from({ length: 50 }, (_, row) => 1_700_000_000_123 + 1000 * row)
    const network = new Network([1, 4, 2], { seed: 1 })
    network.standardize(new Dataset({ inputs: times, width: 1 }))
    await saveOnnx(path, network)
    const { outputs } = await runOnnx(path, times, 1)
    const expected = network.feedforward(times)
    expect(normwiseError(Float64Array.from(outputs.data, Number), expected)).toBeLessThan(1e-6)
    expect(new Set(expected).size).toBeGreaterThan(90)
    const back = await loadOnnx(path)
    expect(back.dtype).toBe('float32')
    expect(sameBits(back.feedforward(times), expected)).toBe(true)
  })

  it('gives the class of each row if the outputs are classes', async () => {
    const path = join(folder, 'classes.onnx')
    const x = rowsFor('float32')
    const network = new Network([columns, 6, 3], { seed: 4 })
    await saveOnnx(path, network)
    const { classes } = await runOnnx(path, x, columns)
    expect(classes.dims).toEqual([rows])
    expect(Array.from(classes.data, Number)).toEqual([...(await network.classify(x))])
    for (const layers of [[dense(3, 'tanh')], [dense(1, 'sigmoid')]]) {
      await saveOnnx(path, new Network({ inputs: columns, layers }))
      expect(Object.keys(await runOnnx(path, x, columns))).toEqual(['outputs'])
    }
  })

  it.each<[dtype: 'float32' | 'float64', activation: 'sigmoid' | 'tanh' | 'identity', outputs: number]>([
    ['float32', 'sigmoid', 1],
    ['float64', 'sigmoid', 1],
    ['float32', 'identity', 1],
    ['float64', 'tanh', 1],
    ['float32', 'identity', 3],
  ])(
    'gives the class of each row if the classes have names: %s, %s, outputs %i',
    async (dtype, activation, outputs) => {
      const path = join(folder, 'named.onnx')
      const network = new Network(
        { inputs: columns, layers: [dense(4), dense(outputs, activation)] },
        { seed: 4, dtype },
      )
      network.layers[1].weights.forEach((weight, i, weights) => {
        weights[i] = 50 * weight
      })
      network.labelNames = ['no', 'yes', 'perhaps'].slice(0, Math.max(outputs, 2))
      await saveOnnx(path, network)
      const x = rowsFor(dtype)
      const { classes } = await runOnnx(path, x, columns)
      const expected = [...(await network.classify(x))]
      expect(new Set(expected).size).toBeGreaterThan(1)
      expect(classes.dims).toEqual([rows])
      expect(Array.from(classes.data, Number)).toEqual(expected)
      const back = await loadOnnx(path)
      expect(back.labelNames).toEqual(network.labelNames)
      expect([...(await back.classify(x))]).toEqual(expected)
    },
  )

  it('gives class 1 for a single output of exactly 0.5', async () => {
    const path = join(folder, 'half.onnx')
    const network = new Network([1, 1], { parameters: new Float32Array(2) })
    network.labelNames = ['no', 'yes']
    await saveOnnx(path, network)
    const { outputs, classes } = await runOnnx(path, Float32Array.of(3), 1)
    expect([outputs.data[0], classes.data[0]]).toEqual([0.5, 1n])
  })

  it('gives no classes for a softmax of a single output, which is always 1', async () => {
    const path = join(folder, 'one.onnx')
    const network = new Network({ inputs: columns, layers: [dense(1, 'softmax')], cost: 'quadratic' })
    network.labelNames = ['no', 'yes']
    await saveOnnx(path, network)
    expect(Object.keys(await runOnnx(path, rowsFor('float32'), columns))).toEqual(['outputs'])
    expect((await loadOnnx(path)).labelNames).toEqual(['no', 'yes'])
  })

  it('copies the numbers when it is called', async () => {
    const path = join(folder, 'then.onnx')
    const network = new Network([columns, 2], { seed: 4 })
    const before = network.parameters.slice()
    const written = saveOnnx(path, network)
    network.parameters.fill(0)
    await written
    expect(sameBits((await loadOnnx(path)).parameters, before)).toBe(true)
  })

  it('reports an argument that is not a network, and a path that it cannot write', async () => {
    const wrong = { inputs: 3 } as unknown as Network
    await expect(saveOnnx(join(folder, 'x.onnx'), wrong)).rejects.toThrow(
      new OptionError('network must be a Network, not an object (Object)'),
    )
    const path = join(folder, 'nowhere', 'x.onnx')
    await expect(saveOnnx(path, new Network([1, 1]))).rejects.toThrow(
      new ModelError(`cannot write ${path}: there is no folder ${join(folder, 'nowhere')}`),
    )
  })

  it('refuses parameters that are not finite', async () => {
    const path = join(folder, 'infinite.onnx')
    const network = new Network([2, 3, 1])
    network.layers[1].biases.fill(Number.POSITIVE_INFINITY)
    await saveOnnx(path, network)
    await expect(loadOnnx(path)).rejects.toThrow(new ModelError(`${path}: layer 1 has Infinity among its biases`))
  })

  it('keeps the seed and the epochs, so that training continues unchanged', async () => {
    const path = join(folder, 'trained.onnx')
    const data = new Dataset({
      inputs: rowsFor('float32'),
      width: columns,
      labels: new Int32Array(rows).map((_, i) => i % 2),
    })
    const network = new Network([columns, 2], { seed: 7 })
    await network.fit(data, { epochs: 2, learningRate: 1 })
    await saveOnnx(path, network)
    const back = await loadOnnx(path)
    for (const one of [network, back]) await one.fit(data, { epochs: 1, learningRate: 1 })
    expect(sameBits(back.parameters, network.parameters)).toBe(true)
  })
})
