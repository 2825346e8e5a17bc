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

/**
 * Returns the class that the `count` outputs of a network stand for. This is the index of the largest output. A single
 * output stands for two classes: from 0.5 up it is class 1, and below 0.5 class 0. A single NaN is class 1, because
 * NaN counts as larger than any number.
 */
export function classOf(outputs: FloatArray, from: number, count: number): number {
  if (count > 1) return argmax(outputs, from, count)
  return outputs[from] < 0.5 ? 0 : 1
}

/**
 * Returns how sure a network is of a class: the output of the class. A single output is that of class 1, and class 0
 * gets what it leaves of 1.
 */
export function confidenceIn(answer: number, outputs: FloatArray, from: number, count: number): number {
  if (count > 1) return outputs[from + answer]
  return answer === 1 ? outputs[from] : 1 - outputs[from]
}
