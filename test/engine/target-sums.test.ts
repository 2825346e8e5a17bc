import { describe, expect, it } from 'vitest'
import { DataError, Dataset, dense, Network } from '#src/index'

const inputs = [[1], [2]]
const short = new Dataset({
  inputs,
  targets: [
    [0.5, 0.25, 0.25],
    [0.5, 0.25, 0.125],
  ],
})
const right = new Dataset({ inputs, labels: [0, 1] })
const make = (cost: 'cross-entropy' | 'quadratic', activation: 'softmax' | 'sigmoid' = 'softmax') =>
  new Network({ inputs: 1, layers: [dense(3, activation)], cost }, { backend: 'typescript' })

const rowsOf = ({ targets }: Dataset) => [0, 3].map((from) => Array.from(targets ?? []).slice(from, from + 3))

async function* batches() {
  yield short
}

describe('targets under the cross-entropy of softmax outputs', () => {
  const options = { learningRate: 0.1, epochs: 1 }
  const sentence = (name: string) =>
    `${name} has targets that add up to 0.875 at row 1: the cross-entropy of softmax outputs takes targets that add up to 1`
  it.each<[string, (network: Network) => unknown]>([
    ['the training dataset', (network) => network.fit(short, options)],
    ['the validation dataset', (network) => network.fit(right, { ...options, validation: short })],
    [
      'the augmented dataset',
      (network) => network.fit(right, { ...options, augmentation: { epoch: async () => short } }),
    ],
    ['the dataset', (network) => network.evaluate(short)],
    ['the batch', (network) => network.partialFit(short, { learningRate: 0.1 })],
    ['batch 1 of epoch 1', (network) => network.fit(batches, options)],
    [
      'y',
      (network) =>
        network.gradients(inputs, [
          [0.5, 0.25, 0.25],
          [0.5, 0.25, 0.125],
        ]),
    ],
  ])('are refused where they do not add up to 1: %s', async (name, work) => {
    await expect((async () => work(make('cross-entropy')))()).rejects.toThrow(new DataError(sentence(name)))
  })

  it.each<[string, (network: Network, wrong: Dataset) => unknown]>([
    ['the training dataset', (network, wrong) => network.fit(wrong, options)],
    ['the validation dataset', (network, wrong) => network.fit(right, { ...options, validation: wrong })],
    [
      'the augmented dataset',
      (network, wrong) => network.fit(right, { ...options, augmentation: { epoch: async () => wrong } }),
    ],
    ['the dataset', (network, wrong) => network.evaluate(wrong)],
    ['the batch', (network, wrong) => network.partialFit(wrong, { learningRate: 0.1 })],
    [
      'batch 1 of epoch 1',
      (network, wrong) =>
        network.fit(async function* () {
          yield wrong
        }, options),
    ],
    ['y', (network, wrong) => network.gradients(inputs, rowsOf(wrong))],
  ])('are refused where they are outside 0 to 1: %s', async (name, work) => {
    for (const [activation, target] of [
      ['sigmoid', 3916],
      ['sigmoid', -0.5],
      ['softmax', 1.5],
    ] as const) {
      const wrong = new Dataset({
        inputs,
        targets: [
          [0.5, 0.25, 0.25],
          [0, target, 1 - target],
        ],
      })
      await expect((async () => work(make('cross-entropy', activation), wrong))()).rejects.toThrow(
        new DataError(
          `${name} has the target ${target} at row 1, column 1: the cost cross-entropy takes targets from 0 to 1`,
        ),
      )
      // Other costs take any numbers.
      await make('quadratic', activation).evaluate(wrong)
    }
  })

  it('may be off by the rounding of each to float32, in many outputs too', async () => {
    const outputs = 1000
    const targets = Float32Array.from({ length: outputs }, (_, i) => (2 * i) / (outputs * (outputs - 1)))
    const network = new Network(
      { inputs: 1, layers: [dense(outputs, 'softmax')], cost: 'cross-entropy' },
      { backend: 'typescript' },
    )
    expect((await network.evaluate(new Dataset({ inputs: [[1]], targets }))).rows).toBe(1)
  })

  it('may add up to anything under other costs and of other outputs', async () => {
    for (const network of [make('quadratic'), make('cross-entropy', 'sigmoid')]) {
      expect((await network.evaluate(short)).rows).toBe(2)
    }
  })
})
