import { typedStopping } from '../options/early-stopping.js'
import { typedForm } from '../options/learning-options.js'
import type { Training } from '../options/training-options.js'

/**
 * Summarizes the training options in one line, such as "10 epochs, batches of 10, learning rate 3, l2 0.1". Options
 * that are not set are left out.
 */
export function planOf(training: Training): string {
  const { epochs, batchSize, learningRate, optimizer, schedule, l1, l2, lambda } = training
  const { earlyStopping, augmentation, standardize } = training
  const said: Record<string, number | string | undefined> = {
    optimizer: optimizer && typedForm(optimizer),
    schedule: schedule && typedForm(schedule),
    l1,
    l2,
    lambda,
    'max-norm': training.maxNorm,
    'clip-norm': training.clipNorm,
    'clip-value': training.clipValue,
    'label-smoothing': training.labelSmoothing,
    'class-weights': training.classWeights?.toString(),
    'early-stopping': earlyStopping && typedStopping(earlyStopping),
    shuffle: training.shuffle === false ? 'no' : undefined,
    'sync-every': training.syncEvery,
    inputs: standardize ? 'standardized' : undefined,
    pictures: augmentation && 'augmented',
  }
  const more = Object.entries(said).flatMap(([name, value]) => (value === undefined ? [] : [`${name} ${value}`]))
  return [`${epochs} epochs`, `batches of ${batchSize}`, `learning rate ${learningRate}`, ...more].join(', ')
}
