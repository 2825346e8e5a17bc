import type { Dataset } from '#src/index'

/** A validation dataset, and a signal that aborts when the dataset is evaluated for the nth time. */
export function abortingAtValidation(dataset: Dataset, nth: number): { validation: Dataset; signal: AbortSignal } {
  const controller = new AbortController()
  const validation = dataset.slice(0)
  let evaluations = 0
  // Checks before an evaluation read the inputs, but only the evaluation itself reads the scale.
  Object.defineProperty(validation, 'scale', {
    get() {
      if (++evaluations === nth) controller.abort()
      return dataset.scale
    },
  })
  return { validation, signal: controller.signal }
}
