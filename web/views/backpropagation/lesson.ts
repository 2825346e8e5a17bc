import type { FloatArray } from '#src/common'
import type { AnswerOf, Example } from '#src/see/protocol'

/** A layer of the lesson: what its neurons computed, and its weights and their slopes (outputs x inputs, row-major). */
export interface LessonLayer {
  readonly inputs: number
  readonly outputs: number
  /** The activations of the layer before, or the inputs of the network. */
  readonly from: FloatArray
  readonly z: FloatArray
  readonly a: FloatArray
  readonly delta: FloatArray
  readonly weights: FloatArray
  readonly biases: FloatArray
  readonly weightSlopes: FloatArray
  readonly biasSlopes: FloatArray
}

/** One example that went through the network and back. */
export interface Lesson {
  readonly example: Example
  readonly cost: number
  readonly targets: FloatArray
  readonly layers: readonly LessonLayer[]
}

/** A neuron: its layer from 0 (the first hidden layer), and its number in the layer from 0. */
export interface Place {
  readonly layer: number
  readonly neuron: number
}

/** Returns the lesson of an example, with the parameters and the gradient cut into layers. */
export function lessonOf(example: Example, answer: AnswerOf<'backpropagation'>): Lesson {
  const { cost, targets, parameters, gradient } = answer
  let from = answer.inputs
  let offset = 0
  const layers = answer.layers.map(({ z, a, delta }): LessonLayer => {
    const outputs = a.length
    const bias = offset + outputs * from.length
    const end = bias + outputs
    const layer = {
      inputs: from.length,
      outputs,
      from,
      z,
      a,
      delta,
      weights: parameters.subarray(offset, bias),
      biases: parameters.subarray(bias, end),
      weightSlopes: gradient.subarray(offset, bias),
      biasSlopes: gradient.subarray(bias, end),
    }
    from = a
    offset = end
    return layer
  })
  return { example, cost, targets, layers }
}

/**
 * Returns the largest difference between the slopes of the library and the products of BP3 and BP4, over all weights
 * and biases of the network, as a share of the largest slope.
 */
export function differenceFromEquations({ layers }: Lesson): number {
  let difference = 0
  let largest = 0
  for (const { inputs, outputs, from, delta, weightSlopes, biasSlopes } of layers) {
    for (let j = 0; j < outputs; j++) {
      difference = Math.max(difference, Math.abs(biasSlopes[j] - delta[j]))
      largest = Math.max(largest, Math.abs(biasSlopes[j]))
      for (let k = 0; k < inputs; k++) {
        const slope = weightSlopes[j * inputs + k]
        difference = Math.max(difference, Math.abs(slope - from[k] * delta[j]))
        largest = Math.max(largest, Math.abs(slope))
      }
    }
  }
  return largest > 0 ? difference / largest : difference
}

/** The place of the largest absolute value. */
export function strongest(values: ArrayLike<number>): number {
  let best = 0
  for (let i = 1; i < values.length; i++) if (Math.abs(values[i]) > Math.abs(values[best])) best = i
  return best
}
