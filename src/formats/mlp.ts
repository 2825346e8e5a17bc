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

/** Whether the outputs are scores for classes. */
export function isClassifier({ layers }: Pick<Mlp, 'layers'>): boolean {
  const { outputs, activation } = layers[layers.length - 1]
  return outputs > 1 && (activation === 'softmax' || activation === 'sigmoid')
}
