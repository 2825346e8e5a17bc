import { Readable } from 'node:stream'
import { expect, it } from 'vitest'
import { createPool, DataError, Dataset, dense, Network, NetworkBusyError } from '#src/index'
import { describeOnBackends } from '../support/each-backend.js'
import { normals, normwiseError } from '../support/numbers.js'

const rows = 40
const width = 3
/** Columns far from 0 and of very different scales; the last one is constant. */
const inputs = Float64Array.from(
  normals(rows * width, 1),
  (value, i) => [1000 + 5 * value, 0.001 * value - 0.5, 7][i % width],
)
const labels = Int32Array.from({ length: rows }, (_, row) => (inputs[row * width] > 1000 ? 1 : 0))
const data = new Dataset({ inputs, width, labels })

/** Each column minus its mean, divided by its deviation, computed in two passes. */
function standardized(values: ArrayLike<number>, by: ArrayLike<number> = inputs): Float64Array {
  const columns = Array.from({ length: width }, (_, column) => {
    const all = Array.from(by).filter((_, i) => i % width === column)
    const mean = all.reduce((sum, value) => sum + value, 0) / all.length
    const deviation = Math.sqrt(all.reduce((sum, value) => sum + (value - mean) ** 2, 0) / all.length)
    return { mean, deviation: deviation > 1e-9 ? deviation : 1 }
  })
  return Float64Array.from(values, (value, i) => (value - columns[i % width].mean) / columns[i % width].deviation)
}

describeOnBackends('standardize', (backend) => {
  const create = () => new Network([width, 5, 2], { seed: 2, dtype: 'float64', backend })
  const byHand = new Dataset({ inputs: standardized(inputs), width, labels })
  const pair = () => {
    const network = create()
    network.standardize(data)
    return { network, plain: create() }
  }

  it('applies to every answer', async () => {
    const { network, plain } = pair()
    // Other rows are standardized with the same mean and deviation.
    const others = Float64Array.from(inputs.subarray(0, 5 * width), (value) => 1.01 * value)
    const expected = plain.feedforward(standardized(others))
    expect(normwiseError(network.feedforward(others), expected)).toBeLessThan(1e-12)
    expect(normwiseError(await network.predict(others), expected)).toBeLessThan(1e-12)
    // Otherwise the neurons would be saturated, and the comparison would prove nothing.
    expect(normwiseError(plain.feedforward(others), expected)).toBeGreaterThan(0.01)
    expect([...(await network.classify(data))]).toEqual([...(await plain.classify(byHand))])
    const [found, right] = [await network.evaluate(data), await plain.evaluate(byHand)]
    expect(found.confusion).toEqual(right.confusion)
    expect(normwiseError([found.cost], [right.cost])).toBeLessThan(1e-12)
    const [withMetrics, rightMetrics] = [network, plain].map((one, i) =>
      one.evaluate([data, byHand][i], { metrics: ['mse'] }),
    )
    expect((await withMetrics).metrics.mse).toBeCloseTo((await rightMetrics).metrics.mse, 12)
  })

  it('applies to gradients and training', async () => {
    const { network, plain } = pair()
    const y = Array.from(labels, (label) => [1 - label, label])
    const gradient = network.gradients(inputs, y, { l2: 0.1 })
    const expected = plain.gradients(byHand.inputs, y, { l2: 0.1 })
    expect(normwiseError(gradient.parameters, expected.parameters)).toBeLessThan(1e-12)
    for (const [one, rowsOfOne] of [
      [network, data],
      [plain, byHand],
    ] as const) {
      await one.fit(rowsOfOne, { epochs: 3, batchSize: 7, learningRate: 0.5, validation: rowsOfOne })
      await one.partialFit(rowsOfOne, { learningRate: 0.5, optimizer: 'adam' })
    }
    expect(normwiseError(network.parameters, plain.parameters)).toBeLessThan(1e-11)
  })

  it('measures bytes after scaling, as the network sees them', () => {
    const bytes = Uint8Array.from({ length: 12 }, (_, i) => (i * 83) % 256)
    const seen = Float64Array.from(bytes, (value) => value / 255)
    const network = create()
    network.standardize(new Dataset({ inputs: bytes, width, labels: [0, 1, 0, 1] }))
    const expected = create().feedforward(standardized(seen, seen))
    expect(normwiseError(network.feedforward(bytes), expected)).toBeLessThan(1e-12)
  })

  it('maps a constant column to 0, and another value in it to its difference', () => {
    const { network, plain } = pair()
    const constant = new Float64Array([1000, -0.5, 7, 1000, -0.5, 9])
    const [, , first, , , second] = standardized(constant)
    expect([first, second]).toEqual([0, 2])
    const expected = plain.feedforward(standardized(constant))
    expect(normwiseError(network.feedforward(constant), expected)).toBeLessThan(1e-12)
  })

  it('applies to programs compiled before, and until the next call', () => {
    const network = create()
    const row = inputs.subarray(0, width)
    const raw = network.feedforward(row)
    network.standardize(data)
    const once = network.feedforward(row)
    expect(normwiseError(once, raw)).toBeGreaterThan(0.01)
    network.standardize(data.slice(0, 10))
    const again = create().feedforward(standardized(row, inputs.subarray(0, 10 * width)))
    expect(normwiseError(network.feedforward(row), again)).toBeLessThan(1e-12)
    network.standardize(data)
    expect([...network.feedforward(row)]).toEqual([...once])
  })

  it.each([
    ['timestamps a second apart', Float64Array.from({ length: 50 }, (_, row) => 1_700_000_000_123 + 1000 * row)],
    ['1e9 and its neighbors', Float64Array.of(1e9, 1e9 + 1, 1e9 + 2)],
    ['neighbors of 1', Float64Array.from({ length: 20 }, (_, row) => 1 + row * 2 ** -30)],
    // Float32 holds these numbers, but not their mean.
    ['numbers of float32', Float32Array.of(2 ** 41, 2 ** 41 + 2 ** 18)],
    ['bytes with a large mean', Uint8Array.from({ length: 4000 }, (_, row) => (row === 0 ? 254 : 255))],
  ])('subtracts the mean in float64 in a network of float32: %s', async (_name, column) => {
    const rows = new Dataset({ inputs: column, width: 1, targets: new Float32Array(column.length), scale: 1 })
    const differences = Float64Array.from(column, (value) => value - column[0])
    const mean = differences.reduce((sum, value) => sum + value, 0) / column.length
    const squares = differences.reduce((sum, value) => sum + (value - mean) ** 2, 0)
    const expected = differences.map((value) => (value - mean) / Math.sqrt(squares / column.length))
    const network = new Network({ inputs: 1, layers: [dense(1, 'identity')] }, { backend })
    network.parameters.set([1, 0])
    network.standardize(rows)
    expect(normwiseError(await network.predict(rows), expected)).toBeLessThan(1e-6)
    const { cost } = await network.evaluate(rows)
    expect(cost).toBeCloseTo(0.5, 5)
    if (column instanceof Uint8Array) return
    expect(normwiseError(network.feedforward(column), expected)).toBeLessThan(1e-6)
    expect(normwiseError(network.feedforward(column.subarray(1, 2)), expected.subarray(1, 2))).toBeLessThan(1e-6)
    const copy = Network.fromBytes(network.toBytes(), { backend })
    expect(await copy.predict(rows)).toEqual(await network.predict(rows))
    const { parameters } = network.gradients(column, expected)
    for (const slope of parameters) expect(Math.abs(slope)).toBeLessThan(1e-5)
    await network.fit(rows, { epochs: 30, learningRate: 0.5, batchSize: column.length })
    expect(Math.abs(network.parameters[0])).toBeLessThan(1e-3)
  })

  it('subtracts large means in float64 in every call that answers or learns from rows', async () => {
    const column = Float64Array.from({ length: 50 }, (_, row) => 1_700_000_000_123 + 1000 * row)
    const labels = Int32Array.from(column, (_, row) => (row < 25 ? 0 : 1))
    const rows = new Dataset({ inputs: column, width: 1, labels })
    const make = () => {
      const network = new Network([1, 2], { seed: 1, backend })
      network.standardize(rows)
      return network
    }
    const network = make()
    await network.fit(rows, { epochs: 60, learningRate: 3, batchSize: 10 })
    expect((await network.evaluate(rows)).accuracy).toBe(1)
    expect([...(await network.classify(column))]).toEqual([...labels])
    const streamed: unknown[] = []
    for await (const answer of Readable.from(Array.from(column, (time) => [time])).pipe(network.classifier())) {
      streamed.push(answer)
    }
    expect(streamed).toEqual([...labels])
    for await (const { classes } of network.classifyBatches([column])) expect([...classes]).toEqual([...labels])
    const pool = createPool(network, { threads: 1 })
    expect([...(await pool.classify(column))]).toEqual([...labels])
    await pool.close()
    const updated = make()
    for (let step = 0; step < 300; step++) await updated.partialFit(rows, { learningRate: 3 })
    expect((await updated.evaluate(rows)).accuracy).toBe(1)
    const fromSource = make()
    const source = async function* () {
      for (let row = 0; row < 50; row += 10) yield rows.slice(row, row + 10)
    }
    await fromSource.fit(source, { epochs: 60, learningRate: 3, batchSize: 10 })
    expect((await fromSource.evaluate(rows)).accuracy).toBe(1)
  })

  it('appears in the listing', () => {
    const { network, plain } = pair()
    const line = 'x[10x3] = (x[10x3] - inputMeans[3]) inputFactors[3]'
    expect(network.listing('train')).toContain(line)
    expect(plain.listing('train')).not.toContain(line)
  })

  it('refuses rows of another width, numbers without a deviation, and a busy network', async () => {
    const network = create()
    expect(() => network.standardize(new Dataset({ inputs: [[1, 2]] }))).toThrow(
      new DataError('the dataset has rows of 2 numbers, the network takes 3'),
    )
    const huge = new Dataset({
      inputs: [
        [1, 1e308, 0],
        [1, -1e308, 0],
      ],
    })
    expect(() => network.standardize(huge)).toThrow(
      new DataError('column 1 has no finite mean and deviation: its numbers are too large or not finite'),
    )
    const run = network.predict(data)
    expect(() => network.standardize(data)).toThrow(
      new NetworkBusyError('the network is busy: standardize must wait until predict ends'),
    )
    await run
    expect([...network.feedforward([1, 2, 3])]).toEqual([...create().feedforward([1, 2, 3])])
  })
})
