import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { Dataset, type Description, dense, Network, type TrainOptions } from '#src/index'
import { divergenceOf } from '../support/divergence.js'
import { describeOnBackends } from '../support/each-backend.js'
import { type Floats, normals, sameBits } from '../support/numbers.js'

/** Rows of one input, each with its target. */
const pairs = (...rows: [number, number][]): Dataset =>
  new Dataset({ inputs: rows.map(([x]) => [x]), targets: rows.map(([, y]) => [y]) })

const neuron: Description = { inputs: 1, layers: [dense(1, 'identity')] }
const two: Description = { inputs: 1, layers: [dense(1, 'identity'), dense(1, 'identity')] }

const folder = mkdtempSync(join(tmpdir(), 'descent-diverged-'))
afterAll(() => rmSync(folder, { recursive: true }))

const sentence = (where: string, what: string, rate: string, best: string): string =>
  `training diverged in ${where}: ${what}; likely causes: a learning rate that is too high (${rate} here), ` +
  'inputs far from the range 0 to 1 (try network.standardize), targets much larger than the outputs can be; ' +
  `the network is back at its best parameters, ${best}`

describeOnBackends('a run that diverges', (backend) => {
  const create = (parameters: readonly number[], description = neuron) =>
    new Network(description, { dtype: 'float64', backend, parameters })

  it.each([
    ['float32', 3e38, '3e+38'],
    ['float64', 1.5e308, '1.5e+308'],
  ] as const)(
    'names the place, restores the best parameters and leaves the network usable, in %s',
    async (dtype, rate, text) => {
      const data = pairs([1, 2], [2, 4], [3, 6], [4, 8], [5, 10])
      const network = new Network(neuron, { dtype, backend, parameters: [0, 0] })
      const after: Floats[] = []
      // Three batches per epoch. Update 6, the first of epoch 3, has a rate at which the weight overflows.
      const schedule = (step: number) => (step < 6 ? 0.01 : rate)
      const options: TrainOptions = { epochs: 9, batchSize: 2, learningRate: 1, shuffle: false, schedule }
      const run = async () => {
        for await (const _ of network.train(data, options)) after.push(network.parameters.slice())
      }
      const error = await divergenceOf(run())
      expect(error.name).toBe('DivergedError')
      expect(error.message).toBe(
        sentence('epoch 3, batch 2', 'the weights of layer 1 of 1 hold Infinity', text, 'those after epoch 1'),
      )
      expect(error.place).toEqual({ epoch: 3, batch: 2, row: 2, layer: 1, quantity: 'weights' })
      expect(after.length).toBe(2)
      // The lowest cost, that of epoch 2, was measured on the parameters before it.
      expect(sameBits(network.parameters, after[0])).toBe(true)
      expect(network.parameters.every(Number.isFinite)).toBe(true)
      const { cost } = await network.evaluate(data)
      await network.fit(data, { epochs: 5, batchSize: 2, learningRate: 0.01 })
      expect((await network.evaluate(data)).cost).toBeLessThan(cost)
    },
  )

  describe('by an update after the last cost', () => {
    const start = 'those it started with'
    const infinite = 'after the update the weights of layer 1 of 1 hold Infinity'
    const learning = { batchSize: 2, learningRate: 1.5e308, shuffle: false } as const

    it.each([
      ['', {}],
      [' with validation', { validation: pairs([1, 1]) }],
    ])('ends there and yields no epoch%s', async (_with, watched) => {
      const network = create([0.5, 0])
      const epochs: number[] = []
      const run = async () => {
        // One epoch of one batch: its cost, the lowest so far, is that of the parameters at the start.
        const options: TrainOptions = { ...learning, epochs: 1, ...watched }
        for await (const { number } of network.train(pairs([1, 9], [2, 9]), options)) epochs.push(number)
      }
      const error = await divergenceOf(run())
      expect(error.message).toBe(sentence('epoch 1, batch 1', infinite, '1.5e+308', start))
      expect(error.place).toEqual({ epoch: 1, batch: 1, row: 0, layer: 1, quantity: 'weights' })
      expect(epochs).toEqual([])
      expect([...network.parameters]).toEqual([0.5, 0])
    })

    it('names the last batch of the epoch although the cost stays finite', async () => {
      // The weight becomes 0 - 2e308: from then on the neuron answers 0, at a cost of 1 or 2.
      const silent: Description = { inputs: 1, layers: [dense(1, 'relu')], cost: 'huber' }
      const network = create([0, 1], silent)
      const data = pairs([2, -1.5], [2, -1.5], [2, -1.5])
      const error = await divergenceOf(network.fit(data, { ...learning, batchSize: 1, learningRate: 1e308 }))
      const what = 'after the update the weights of layer 1 of 1 hold -Infinity'
      expect(error.message).toBe(sentence('epoch 1, batch 3', what, '1e+308', start))
      expect(error.place).toEqual({ epoch: 1, batch: 3, row: 2, layer: 1, quantity: 'weights' })
      expect([...network.parameters]).toEqual([0, 1])
    })

    it.each([
      // The third update, where a checkpoint is due one batch later; and the last update, after which none is due.
      [3, 4, ['checkpoint-000001-000000002.safetensors']],
      [5, 5, ['checkpoint-000001-000000002.safetensors', 'checkpoint-000001-000000004.safetensors']],
    ])('leaves no checkpoint after update %i', async (update, batch, names) => {
      const checkpoint = { folder: join(folder, `${backend} ${update}`), everySteps: 2 }
      const schedule = (step: number) => (step === update - 1 ? 1.5e308 : 1e-9)
      const silent: Description = { inputs: 1, layers: [dense(1, 'relu')], cost: 'huber' }
      const network = create([0, 1], silent)
      const data = pairs([2, -1.5], [2, -1.5], [2, -1.5], [2, -1.5], [2, -1.5])
      const run = network.fit(data, { ...learning, batchSize: 1, learningRate: 1, schedule, checkpoint })
      const { place } = await divergenceOf(run)
      expect(place).toEqual({ epoch: 1, batch, row: batch - 1, layer: 1, quantity: 'weights' })
      expect(readdirSync(checkpoint.folder).sort()).toEqual(names)
    })

    it('reports the divergence instead of the abort, and saves nothing', async () => {
      const network = create([0.5, 0])
      const controller = new AbortController()
      const checkpoint = { folder: join(folder, `aborted on ${backend}`) }
      const { signal } = controller
      const onProgress = () => controller.abort()
      const options: TrainOptions = { ...learning, batchSize: 1, checkpoint, signal, onProgress }
      const { message } = await divergenceOf(network.fit(pairs([2, 9], [2, 9]), options))
      expect(message).toBe(sentence('epoch 1, batch 1', infinite, '1.5e+308', start))
      expect(readdirSync(checkpoint.folder)).toEqual([])
      expect([...network.parameters]).toEqual([0.5, 0])
    })

    it('covers partialFit and the second layer', async () => {
      const network = create([0, 0, 0, 1e308], { ...two, cost: 'huber' })
      // The slope of the Huber cost is -1, so the last bias becomes 2e308.
      const error = await divergenceOf(network.partialFit(pairs([0, 1.2e308]), { learningRate: 1e308 }))
      const what = 'after the update the biases of layer 2 of 2 hold Infinity'
      expect(error.message).toBe(sentence('epoch 1, batch 1', what, '1e+308', start))
      expect(error.place).toEqual({ epoch: 1, batch: 1, row: 0, layer: 2, quantity: 'biases' })
      expect([...network.parameters]).toEqual([0, 0, 0, 1e308])
    })
  })

  it('restores the epoch with the best metric, not the last one', async () => {
    const after: Floats[] = []
    const network = create([0, 0])
    const validation = pairs([0, 1])
    // Each epoch has one row with input 0, so at rate 1 the bias becomes its target: 3, then 1, which is right, then 2.
    const targets = [3, 1, 2, 1e200]
    const augmentation = { epoch: async (number: number) => pairs([0, targets[number - 1]]) }
    const run = async () => {
      const options: TrainOptions = { learningRate: 1, augmentation, validation }
      for await (const _ of network.train(pairs([0, 0]), options)) after.push(network.parameters.slice())
    }
    const error = await divergenceOf(run())
    expect(error.message).toContain('training diverged in epoch 4, batch 1: ')
    expect(error.message).toMatch(/, those after epoch 2$/)
    expect(after.map(([, bias]) => bias)).toEqual([3, 1, 2])
    expect([...network.parameters]).toEqual([0, 1])
  })

  describe('names the first quantity that was not finite', () => {
    const options: TrainOptions = { batchSize: 2, learningRate: 0.1, shuffle: false }

    it('if the scale makes inputs infinite', async () => {
      const network = create([1, 0, 1, 0], two)
      const data = new Dataset({ inputs: Uint8Array.of(0, 0, 255), width: 1, scale: 1e308, targets: [[0], [0], [0]] })
      const error = await divergenceOf(network.fit(data, options))
      expect(error.message).toBe(
        sentence('epoch 1, batch 2', 'the inputs of layer 1 of 2 hold Infinity', '0.1', 'those it started with'),
      )
      expect(error.place).toEqual({ epoch: 1, batch: 2, row: 2, layer: 1, quantity: 'inputs' })
      expect([...network.parameters]).toEqual([1, 0, 1, 0])
    })

    it('if only the cost overflows, with targets of 1e200', async () => {
      const network = create([1, 0])
      const error = await divergenceOf(network.fit(pairs([1, 0], [1, 1e200]), options))
      const what = 'the cost quadratic of 1 outputs overflows, though all weights and outputs are finite'
      expect(error.message).toBe(sentence('epoch 1, batch 1', what, '0.1', 'those it started with'))
      expect(error.place).toEqual({ epoch: 1, batch: 1, row: 0, layer: undefined, quantity: 'cost' })
      expect([...network.parameters]).toEqual([1, 0])
    })

    it('if logits overflow in the second layer and in the smaller last batch', async () => {
      // 40 inputs, so that the regions of a batch of 8 rows and of a batch of one row are far apart.
      const wide: Description = { inputs: 40, layers: [dense(40, 'identity'), dense(1, 'identity')] }
      const network = new Network(wide, { dtype: 'float64', backend, parameters: new Float64Array(40 * 41 + 41) })
      network.layers[0].weights.set(Array.from({ length: 1600 }, (_, i) => (i % 41 === 0 ? 1 : 0)))
      network.layers[1].weights.fill(1)
      const inputs = new Float64Array(9 * 40).fill(0)
      inputs.fill(1e307, 320)
      const data = new Dataset({ inputs, width: 40, targets: new Float64Array(9) })
      const error = await divergenceOf(network.fit(data, { ...options, batchSize: 8 }))
      expect(error.place).toEqual({ epoch: 1, batch: 2, row: 8, layer: 2, quantity: 'logits' })
      expect(error.message).toContain('epoch 1, batch 2: the logits of layer 2 of 2 hold Infinity; ')
    })

    it('if biases overflow', async () => {
      const network = create([0, 0], { ...neuron, cost: 'huber' })
      // The slope of the Huber cost is 1, and the input 0 keeps the weight where it is: the bias becomes 1e308, then infinite.
      const data = pairs([0, 1e307], [0, 1.2e308], [0, 0])
      const error = await divergenceOf(network.fit(data, { ...options, batchSize: 1, learningRate: 1e308 }))
      expect(error.place).toEqual({ epoch: 1, batch: 3, row: 2, layer: 1, quantity: 'biases' })
    })
  })

  it('suggests network.standardize only if it has not been called', async () => {
    const network = create([1, 0])
    network.standardize(pairs([1, 0], [3, 0]))
    const error = await divergenceOf(network.fit(pairs([1, 1e200]), { learningRate: 0.1 }))
    expect(error.message).toContain(
      'likely causes: a learning rate that is too high (0.1 here), targets much larger than the outputs can be; ',
    )
  })

  it('distinguishes standardized inputs from the original ones', async () => {
    const network = create([1, 0])
    // A deviation of 1e-5: the input 1e304 is finite, and 1e309 is not.
    network.standardize(pairs([1e-5, 0], [3e-5, 0]))
    const error = await divergenceOf(network.fit(pairs([1e304, 0]), { learningRate: 0.1 }))
    expect(error.message).toBe(
      'training diverged in epoch 1, batch 1: the standardized inputs of layer 1 of 1 hold Infinity; likely causes: a ' +
        'learning rate that is too high (0.1 here), inputs far from those of the dataset given to network.standardize, ' +
        'targets much larger than the outputs can be; the network is back at its best parameters, those it started with',
    )
    expect(error.place).toEqual({ epoch: 1, batch: 1, row: 0, layer: 1, quantity: 'inputs' })
  })

  it('resets the state of the optimizer', async () => {
    const data = pairs([1, 1], [2, 2], [3, 3])
    const learning = { learningRate: 0.01, optimizer: { name: 'sgd', momentum: 0.9 } } as const
    const [diverged, fresh] = [create([0.5, 0]), create([0.5, 0])]
    await divergenceOf(diverged.fit(data, { ...learning, learningRate: 1e5, batchSize: 1, epochs: 500 }))
    diverged.parameters.set([0.5, 0])
    for (const network of [diverged, fresh]) await network.partialFit(data, learning)
    expect([...diverged.parameters]).toEqual([...fresh.parameters])
  })

  it('restores the parameters before a single call of partialFit', async () => {
    const network = create([1, 0])
    const error = await divergenceOf(network.partialFit(pairs([1, 1e200]), { learningRate: 0.1 }))
    const what = 'the cost quadratic of 1 outputs overflows, though all weights and outputs are finite'
    expect(error.message).toBe(sentence('epoch 1, batch 1', what, '0.1', 'those it started with'))
    expect([...network.parameters]).toEqual([1, 0])
    expect([...network.feedforward(normals(1, 1))]).toEqual([...normals(1, 1)])
  })
})
