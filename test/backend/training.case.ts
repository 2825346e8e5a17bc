import { describe, expect, it } from 'vitest'
import type { BackendName } from '#src/backend/backend'
import { Dataset, dense, Network, NetworkBusyError } from '#src/index'
import { type Floats, normals, normwiseError, sameBits } from '../support/numbers.js'
import { gradientError } from '../support/rounding.js'

/** Rows of two classes that a small network can tell apart, with a few that it cannot. */
export function clouds(rows: number, width = 6, seed = 1): Dataset {
  const inputs = Float32Array.from(normals(rows * width, seed, 'clouds'))
  const labels = Int32Array.from({ length: rows }, (_, r) => (inputs[r * width] + inputs[r * width + 1] > 0 ? 1 : 0))
  return new Dataset({ inputs, width, labels })
}

/** Gradient descent as the book writes it, from the network's own gradients: what `train` must do. */
function descend(
  network: Network,
  data: Dataset,
  order: number[],
  batchSize: number,
  rate: number,
  penalties = {},
): void {
  const { width, inputs, labels } = data
  for (let from = 0; from < order.length; from += batchSize) {
    const batch = order.slice(from, from + batchSize)
    const x = batch.map((row) => Array.from(inputs.subarray(row * width, (row + 1) * width)))
    const y = batch.map((row) => [0, 1].map((label) => (labels?.[row] === label ? 1 : 0)))
    const { parameters } = network.gradients(x, y, penalties)
    for (let i = 0; i < parameters.length; i++) network.parameters[i] -= rate * parameters[i]
  }
}

export function trainingSuite(backend: BackendName): void {
  const options = { epochs: 3, batchSize: 10, learningRate: 1 }

  describe.each([
    ['plain', {}],
    ['with penalties', { l1: 0.001, l2: 0.01 }],
  ])('training, %s', (_name, penalties) => {
    it.each([1, 7, 10, 200])('does what gradient descent by hand does, in batches of %i', async (batchSize) => {
      const data = clouds(43)
      const make = () => new Network([6, 5, 2], { seed: 5, dtype: 'float64', backend })
      const [trained, byHand] = [make(), make()]
      const order = Array.from({ length: 43 }, (_, i) => (i * 10) % 43)
      await trained.fit(data, { epochs: 2, batchSize, learningRate: 0.7, shuffle: () => order, ...penalties })
      for (let epoch = 0; epoch < 2; epoch++) descend(byHand, data, order, batchSize, 0.7, penalties)
      expect(normwiseError(trained.parameters, byHand.parameters)).toBeLessThanOrEqual(
        2 * gradientError('float64', [6, 5, 2], batchSize),
      )
    })
  })

  it('gives the same bits for the same seed, others for another, and others again in the next run', async () => {
    const data = clouds(500)
    const run = async (seed: number) => {
      const network = new Network([6, 5, 2], { seed, backend })
      await network.fit(data, options)
      return network.parameters.slice()
    }
    const first = await run(1)
    expect(sameBits(await run(1), first)).toBe(true)
    expect(sameBits(await run(2), first)).toBe(false)
    const network = new Network([6, 5, 2], { seed: 1, backend })
    const orders: number[] = []
    for (let i = 0; i < 2; i++) orders.push((await network.fit(data, { ...options, epochs: 1 }))[0].cost)
    expect(orders[0]).not.toBe(orders[1])
  })

  it('reports as cost the mean over the rows, each before it was learned from', async () => {
    const data = clouds(40)
    const network = new Network([6, 5, 2], { dtype: 'float64', backend })
    const { cost } = await network.evaluate(data)
    // In one batch of all rows nothing has been learned yet when the cost is taken.
    const [epoch] = await network.fit(data, { epochs: 1, batchSize: 40, learningRate: 1 })
    expect(normwiseError([epoch.cost], [cost])).toBeLessThan(2 * gradientError('float64', [6, 5, 2], 40))
  })

  it('evaluates, predicts and classifies consistently for any number of rows', async () => {
    const data = clouds(1000)
    const network = new Network([6, 5, 2], { seed: 2, backend })
    await network.fit(data, options)
    const outputs = await network.predict(data)
    const classes = await network.classify(data)
    const { accuracy, correct, confusion } = await network.evaluate(data)
    expect(normwiseError(network.feedforward(data.inputs), outputs)).toBeLessThan(
      2 * gradientError('float32', [6, 5, 2], 1),
    )
    const best = [...classes].map((_, r) => (outputs[2 * r + 1] > outputs[2 * r] ? 1 : 0))
    expect([...classes]).toEqual(best)
    const hits = best.filter((answer, r) => answer === data.labels?.[r]).length
    expect(correct).toBe(hits)
    expect(accuracy).toBe(hits / 1000)
    expect(accuracy).toBeGreaterThan(0.9)
    const counted = [0, 1].map((label) =>
      [0, 1].map((answer) => best.filter((a, r) => a === answer && data.labels?.[r] === label).length),
    )
    expect(confusion).toEqual(counted)
  })

  it('takes targets instead of labels, and then has no accuracy', async () => {
    const inputs = Float64Array.from(normals(300, 1, 'regression'))
    const targets = inputs.map((x) => 2 * x - 1)
    const data = new Dataset({ inputs, width: 1, targets })
    const network = new Network(
      { inputs: 1, layers: [{ kind: 'dense', outputs: 1, activation: 'identity' }] },
      { dtype: 'float64', backend },
    )
    await network.fit(data, { epochs: 60, batchSize: 10, learningRate: 0.1 })
    expect(normwiseError(network.parameters, [2, -1])).toBeLessThan(1e-6)
    expect((await network.evaluate(data)).accuracy).toBeUndefined()
  })

  it('stops when it is aborted, and stays usable', async () => {
    const data = clouds(200_000)
    const network = new Network([6, 30, 2], { backend })
    const controller = new AbortController()
    const run = network.fit(data, {
      ...options,
      epochs: 1000,
      batchSize: 1,
      signal: controller.signal,
      onProgress: () => controller.abort(new Error('enough')),
    })
    await expect(run).rejects.toThrow('enough')
    expect(network.parameters.every(Number.isFinite)).toBe(true)
    const [epoch] = await network.fit(data.slice(0, 1000), { ...options, epochs: 1 })
    expect(epoch.cost).toBeGreaterThan(0)
  })

  it('is busy while an epoch runs, says so, and continues undisturbed', async () => {
    const data = clouds(5000)
    const calm = new Network([6, 30, 2], { seed: 4, backend })
    await calm.fit(data, options)
    const network = new Network([6, 30, 2], { seed: 4, backend })
    const run = network.fit(data, options)
    const sentence = (what: string) => `the network is busy: ${what} must wait until training ends`
    // The run starts with the first tick.
    await Promise.resolve()
    expect(() => network.parameters).toThrow(new NetworkBusyError(sentence('parameters')))
    expect(() => network.layers[0].weights).toThrow(sentence('weights'))
    expect(() => network.layers[0].biases).toThrow(sentence('biases'))
    expect(() => network.gradients([1, 2, 3, 4, 5, 6], [0, 1])).toThrow(sentence('gradients'))
    await expect(network.save('/nonexistent/model')).rejects.toThrow(sentence('save'))
    await expect(network.fit(data, options)).rejects.toThrow(sentence('training'))
    await run
    expect(sameBits(network.parameters, calm.parameters)).toBe(true)
  })

  it('trains several networks at once, each as if alone', async () => {
    const data = clouds(3000)
    const make = (seed: number) => new Network([6, 20, 2], { seed, backend })
    const alone: Floats[] = []
    for (const seed of [1, 2, 3, 4, 5, 6]) {
      const network = make(seed)
      await network.fit(data, options)
      alone.push(network.parameters)
    }
    const together = [1, 2, 3, 4, 5, 6].map(make)
    await Promise.all(together.map((network) => network.fit(data, options)))
    together.forEach((network, i) => {
      expect(sameBits(network.parameters, alone[i])).toBe(true)
    })
  })

  // The first is large enough for every kernel to be shared: products of several tiles, rows and elements past their grains. The
  // products of the second are shared in parts so small that OpenBLAS has other kernels for them on processors with AVX-512.
  // The TypeScript and wasm backends share none, at any size, and always have one thread.
  const cases: [number, number, number, number[]][] =
    backend === 'native'
      ? [
          [601, 901, 300, [2, 3]],
          [100, 1000, 100, [16]],
        ]
      : [[61, 91, 300, [2]]]
  it.each(cases)(
    'gives the same bits for any number of threads: %d-%d-2, batch size %d',
    async (width, hidden, batchSize, counts) => {
      const data = clouds(700, width)
      const run = async (threads: number, l2: number) => {
        const layers = [dense(hidden, 'relu'), dense(2, 'softmax')]
        const network = new Network({ inputs: width, layers }, { seed: 1, backend, threads })
        await network.fit(data, { epochs: 1, batchSize, learningRate: 0.1, l2 })
        return network.parameters
      }
      // Without a penalty, a product is added to the weights. With one, it is the gradient.
      for (const l2 of [0, 0.001]) {
        const one = await run(1, l2)
        for (const threads of counts) {
          expect(sameBits(await run(threads, l2), one), `${threads} threads, l2 ${l2}`).toBe(true)
        }
      }
    },
  )
}
