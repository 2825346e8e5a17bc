import type { ActivationName } from '../compile/activations.js'
import type { CostOption } from '../compile/costs.js'
import { type OptimizerOption, optimizerOf } from '../compile/optimizers.js'

/**
 * The default options of a run, which are the values of Nielsen's book, chapter 1. The command line has the same
 * defaults.
 */
export const trainingDefaults = {
  epochs: 30,
  batchSize: 10,
  optimizer: 'sgd',
  schedule: 'constant',
  shuffle: true,
} as const

/**
 * Returns the default learning rate.
 * - sgd: The quadratic cost of sigmoid outputs is flat far from the desired output, so it needs a higher learning rate
 *   than other costs (Nielsen, chapter 3). Unbounded outputs, as in regression, need a low learning rate, because
 *   training could diverge otherwise.
 * - sgd with momentum: a tenth of the value for sgd, because momentum 0.9 can make steps ten times as long.
 * - adam and adamw: 0.001, the default of PyTorch.
 * - l-bfgs: 1, the step length that the line search tries first.
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
