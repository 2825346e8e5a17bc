import { describe, expect, it } from 'vitest'
import { Dataset, type Description, DivergedError, dense, Network, type TrainOptions } from '#src/index'
import { describeOnBackends } from '../support/each-backend.js'
import { type Floats, normals, sameBits } from '../support/numbers.js'

/** Rows of one input, each with its target. */
const pairs = (...rows: [number, number][]): Dataset =>
  new Dataset({ inputs: rows.map(([x]) => [x]), targets: rows.map(([, y]) => [y]) })

const neuron: Description = { inputs: 1, layers: [dense(1, 'identity')] }
const two: Description = { inputs: 1, layers: [dense(1, 'identity'), dense(1, 'identity')] }

/** The error that a run must end with. */
async function divergenceOf(run: Promise<unknown>): Promise<DivergedError> {
  const error = await run.then(
    () => new Error('it did not diverge'),
    (reason: unknown) => reason,
  )
  if (!(error instanceof DivergedError)) throw error
  return error
}

const sentence = (where: string, what: string, rate: string, best: string): string =>
  `training diverged in ${where}: ${what}; likely causes: a learning rate too high (${rate} here), ` +
  'inputs far from the range 0 to 1 (try network.standardise), targets that are much larger than the outputs can be; ' +
  `the network has its best parameters again, ${best}`

describeOnBackends('a run that diverges', (backend) => {
  const create = (parameters: readonly number[], description = neuron) =>
    new Network(description, { dtype: 'float64', backend, parameters })

  it.each([
    ['float32', 3e38, '3e+38'],
    ['float64', 1.5e308, '1.5e+308'],
  ] as const)('names the place, has the best parameters again and can be used, in %s', async (dtype, rate, text) => {
    const data = pairs([1, 2], [2, 4], [3, 6], [4, 8], [5, 10])
    const network = new Network(neuron, { dtype, backend, parameters: [0, 0] })
    const after: Floats[] = []
    // Three batches an epoch. The rate of update 6, the first of epoch 3, takes the weight, which is too small, past all numbers.
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
    // The cost of epoch 2, the lowest, is of the parameters before it.
    expect(sameBits(network.parameters, after[0])).toBe(true)
    expect(network.parameters.every(Number.isFinite)).toBe(true)
    const { cost } = await network.evaluate(data)
    await network.fit(data, { epochs: 5, batchSize: 2, learningRate: 0.01 })
    expect((await network.evaluate(data)).cost).toBeLessThan(cost)
  })

  it('goes back past an epoch whose last update overflowed, though its cost was the lowest yet', async () => {
    const network = create([0.5, 0])
    // One batch an epoch: the cost of epoch 1 is that of the start, and only epoch 2 sees what became of it.
    const error = await divergenceOf(network.fit(pairs([1, 9], [2, 9]), { batchSize: 2, learningRate: 1.5e308 }))
    expect(error.message).toBe(
      sentence(
        'epoch 2, batch 1',
        'the weights of layer 1 of 1 hold Infinity',
        '1.5e+308',
        'those that it started with',
      ),
    )
    expect([...network.parameters]).toEqual([0.5, 0])
  })

  it('takes for the best epoch the one with the best figure, not the last', async () => {
    const after: Floats[] = []
    const network = create([0, 0])
    const validation = pairs([0, 1])
    // Each epoch's only row has the input 0, so at rate 1 its target becomes the bias: 3, then 1, which is right, then 2.
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

  describe('says what was first no finite number', () => {
    const options: TrainOptions = { batchSize: 2, learningRate: 0.1, shuffle: false }

    it('where a scale makes inputs infinite', async () => {
      const network = create([1, 0, 1, 0], two)
      const data = new Dataset({ inputs: Uint8Array.of(0, 0, 255), width: 1, scale: 1e308, targets: [[0], [0], [0]] })
      const error = await divergenceOf(network.fit(data, options))
      expect(error.message).toBe(
        sentence('epoch 1, batch 2', 'the inputs of layer 1 of 2 hold Infinity', '0.1', 'those that it started with'),
      )
      expect(error.place).toEqual({ epoch: 1, batch: 2, row: 2, layer: 1, quantity: 'inputs' })
      expect([...network.parameters]).toEqual([1, 0, 1, 0])
    })

    it('where only the cost is none, for targets of 1e200', async () => {
      const network = create([1, 0])
      const error = await divergenceOf(network.fit(pairs([1, 0], [1, 1e200]), options))
      const what = 'the cost quadratic of 1 outputs overflows, though all weights and outputs are finite'
      expect(error.message).toBe(sentence('epoch 1, batch 1', what, '0.1', 'those that it started with'))
      expect(error.place).toEqual({ epoch: 1, batch: 1, row: 0, layer: undefined, quantity: 'cost' })
      expect([...network.parameters]).toEqual([1, 0])
    })

    it('where logits overflow in a second layer, and in the smaller batch at the end', async () => {
      // 40 inputs, so that the regions of a batch of 8 rows and of one row lie far apart.
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

    it('where biases do', async () => {
      const network = create([0, 0], { ...neuron, cost: 'huber' })
      // The slope of Huber's cost is 1, and the input 0 keeps the weight from moving: the bias is 1e308, then infinite.
      const data = pairs([0, 1e307], [0, 1.2e308], [0, 0])
      const error = await divergenceOf(network.fit(data, { ...options, batchSize: 1, learningRate: 1e308 }))
      expect(error.place).toEqual({ epoch: 1, batch: 3, row: 2, layer: 1, quantity: 'biases' })
    })
  })

  it('suggests to standardise only where that has not been done', async () => {
    const network = create([1, 0])
    network.standardise(pairs([1, 0], [3, 0]))
    const error = await divergenceOf(network.fit(pairs([1, 1e200]), { learningRate: 0.1 }))
    expect(error.message).toContain(
      'likely causes: a learning rate too high (0.1 here), targets that are much larger than the outputs can be; ',
    )
  })

  it('leaves nothing in what the optimiser remembers', async () => {
    const data = pairs([1, 1], [2, 2], [3, 3])
    const learning = { learningRate: 0.01, optimizer: 'momentum' } as const
    const [diverged, fresh] = [create([0.5, 0]), create([0.5, 0])]
    await divergenceOf(diverged.fit(data, { ...learning, learningRate: 1e5, batchSize: 1, epochs: 500 }))
    diverged.parameters.set([0.5, 0])
    for (const network of [diverged, fresh]) await network.partialFit(data, learning)
    expect([...diverged.parameters]).toEqual([...fresh.parameters])
  })

  it('may be a single call of partialFit, which goes back to where it began', async () => {
    const network = create([1, 0])
    const error = await divergenceOf(network.partialFit(pairs([1, 1e200]), { learningRate: 0.1 }))
    const what = 'the cost quadratic of 1 outputs overflows, though all weights and outputs are finite'
    expect(error.message).toBe(sentence('epoch 1, batch 1', what, '0.1', 'those that it started with'))
    expect([...network.parameters]).toEqual([1, 0])
    expect([...network.feedforward(normals(1, 1))]).toEqual([...normals(1, 1)])
  })
})
