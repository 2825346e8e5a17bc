import { expect, it } from 'vitest'
import { defaultLearningRate } from '#src/index'

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
