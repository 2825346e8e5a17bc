import { expect, it } from 'vitest'
import { Dataset, defaultLearningRate, dense, Network } from '#src/index'

it.each([
  ['sgd', 3, 0.5],
  [{ name: 'sgd', momentum: 0.9 }, 0.3, 0.05],
  ['adagrad', 0.01, 0.01],
  ['rmsprop', 0.01, 0.01],
  ['rprop', 0.01, 0.01],
  [{ name: 'adam', beta1: 0.8 }, 0.001, 0.001],
  ['adamw', 0.001, 0.001],
  ['l-bfgs', 1, 1],
] as const)(
  'the default learning rate of %j is %d with the quadratic cost, and %d with others',
  (optimizer, quadratic, other) => {
    expect(defaultLearningRate(optimizer, 'quadratic')).toBe(quadratic)
    expect(defaultLearningRate(optimizer, 'cross-entropy')).toBe(other)
    expect(defaultLearningRate(optimizer, 'huber')).toBe(other)
  },
)

it('outputs without bounds have smaller steps by default, so that a regression does not diverge', async () => {
  expect(defaultLearningRate('sgd', 'quadratic', 'identity')).toBe(0.01)
  const inputs = Array.from({ length: 40 }, (_, i) => [i / 20 - 1])
  const line = new Dataset({ inputs, targets: inputs.map(([x]) => [3 * x + 1]) })
  const network = new Network({ inputs: 1, layers: [dense(8, 'relu'), dense(1, 'identity')] }, { seed: 1 })
  const epochs = await network.fit(line)
  expect(epochs[29].cost).toBeLessThan(epochs[0].cost / 10)
})
