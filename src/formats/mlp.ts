/**
 * Defines `Mlp`. It describes how a network computes its outputs, not how the network is trained. Files for other
 * programs, such as ONNX files, are written from an `Mlp`.
 */

import type { ActivationName } from '../base/activation-name.js'
import type { FloatArray } from '../base/memory.js'

export interface MlpLayer {
  readonly outputs: number
  readonly activation: ActivationName
  /** The weights, (outputs x inputs), row-major. */
  readonly weights: FloatArray
  /** The biases, one for each output. */
  readonly biases: FloatArray
}

/** A multilayer perceptron. All layers have the same float type. */
export interface Mlp {
  readonly inputs: number
  readonly layers: readonly MlpLayer[]
  /**
   * Before the first layer, each input becomes `(input - mean) * factor`. `means` and `factors` have one number for
   * each input.
   */
  readonly standardization: { readonly means: Float64Array; readonly factors: Float64Array } | undefined
  /** Strings with more information about the network, by name. */
  readonly metadata: Readonly<Record<string, string>>
}

/**
 * Whether the outputs are scores for classes. A single output is the score of the second of two classes, but only if
 * the classes have names. A softmax of a single output is always 1, so it is not a score.
 */
export function isClassifier({ layers }: Pick<Mlp, 'layers'>, labelNames: readonly string[] | undefined): boolean {
  const { outputs, activation } = layers[layers.length - 1]
  if (outputs === 1) return labelNames !== undefined && activation !== 'softmax'
  return labelNames !== undefined || activation === 'softmax' || activation === 'sigmoid'
}
