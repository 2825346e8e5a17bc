import type { FloatArray } from './memory.js'

/**
 * Finds the largest of the `count` numbers that start at index `from`, and returns its index minus `from`. If the
 * largest number occurs several times, the first one counts. If there is a NaN, the first NaN counts.
 */
export function argmax(values: FloatArray, from: number, count: number): number {
  let best = 0
  for (let j = 0; j < count; j++) {
    const value = values[from + j]
    if (Number.isNaN(value)) return j
    if (value > values[from + best]) best = j
  }
  return best
}

/** The number of classes that `outputs` outputs stand for. A single output stands for two: class 0 and class 1. */
export function classCount(outputs: number): number {
  return outputs === 1 ? 2 : outputs
}

/**
 * Returns the class that a network predicts. With several outputs, this is the index of the largest output. A single
 * output below 0.5 means class 0, and any other single output means class 1. This includes NaN, because NaN counts as
 * larger than any number.
 */
export function classOf(outputs: FloatArray, from: number, count: number): number {
  if (count > 1) return argmax(outputs, from, count)
  return outputs[from] < 0.5 ? 0 : 1
}

/**
 * Returns how sure a network is of the class `answer`. With several outputs, this is the output of the class. A single
 * output belongs to class 1, so the result for class 0 is 1 minus the output.
 */
export function confidenceIn(answer: number, outputs: FloatArray, from: number, count: number): number {
  if (count > 1) return outputs[from + answer]
  return answer === 1 ? outputs[from] : 1 - outputs[from]
}
