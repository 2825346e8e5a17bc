import type { ActivationName } from '../compile/activations.js'
import type { CostOption } from '../compile/costs.js'
import { type OptimizerOption, optimizerOf } from '../compile/optimizers.js'

/** The default options of a run: the book's values (Nielsen, chapter 1). The command line uses the same ones. */
export const trainingDefaults = {
  epochs: 30,
  batchSize: 10,
  optimizer: 'sgd',
  schedule: 'constant',
  shuffle: true,
} as const

/**
 * The default learning rate. For sgd it depends on the cost and the output layer: the quadratic cost of sigmoid outputs is flat far
 * from the answer and needs longer steps (Nielsen, chapter 3); outputs without bounds, as in regression, diverge with them; and momentum
 * 0.9 adds steps up to ten times their length. For adam and adamw it is PyTorch's default. For l-bfgs it is the step length that the
 * line search tries first.
 */
export function defaultLearningRate(
  optimizer: OptimizerOption,
  cost: CostOption,
  output: ActivationName = 'sigmoid',
): number {
  const chosen = optimizerOf(optimizer)
  switch (chosen.name) {
    case 'sgd':
      return rateOfDescent(cost, output) / (chosen.settings.momentum > 0 ? 10 : 1)
    case 'adam':
    case 'adamw':
      return 0.001
    case 'l-bfgs':
      return 1
    default:
      return 0.01
  }
}

function rateOfDescent(cost: CostOption, output: ActivationName): number {
  if (!['sigmoid', 'tanh', 'softmax'].includes(output)) return 0.01
  return cost === 'quadratic' ? 3 : 0.5
}
