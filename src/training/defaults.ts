import type { CostName } from '../compile/costs.js'
import { type OptimizerOption, optimizerOf } from '../compile/optimizers.js'

/** What a run does where nothing is said: the book's numbers (Nielsen, chapter 1). The command line has the same. */
export const trainingDefaults = {
  epochs: 30,
  batchSize: 10,
  optimizer: 'sgd',
  schedule: 'constant',
  shuffle: true,
} as const

/**
 * The learning rate where none is given. Sgd's depends on the cost: far from the answer the quadratic cost is flat and needs
 * longer steps (Nielsen, chapter 3), and momentum 0.9 adds steps up to ten times their length. Those of adam and adamw are PyTorch's;
 * that of l-bfgs is the length that its line search tries first.
 */
export function defaultLearningRate(optimizer: OptimizerOption, cost: CostName): number {
  const chosen = optimizerOf(optimizer)
  switch (chosen.name) {
    case 'sgd':
      return (cost === 'quadratic' ? 3 : 0.5) / (chosen.settings.momentum > 0 ? 10 : 1)
    case 'adam':
    case 'adamw':
      return 0.001
    case 'l-bfgs':
      return 1
    default:
      return 0.01
  }
}
