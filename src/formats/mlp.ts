/** A network as files of other programs describe it: what it computes, but not how it is trained. */

import type { ActivationName } from '../base/activation-name.js'
import type { FloatArray } from '../base/memory.js'

export interface MlpLayer {
  readonly outputs: number
  readonly activation: ActivationName
  /** (outputs x inputs), row-major. */
  readonly weights: FloatArray
  /** (outputs) */
  readonly biases: FloatArray
}

/** A multilayer perceptron. All layers have the same float type. */
export interface Mlp {
  readonly inputs: number
  readonly layers: readonly MlpLayer[]
  /** Before the first layer, inputs become (x - means) * factors. Both have one number for each input. */
  readonly standardization: { readonly means: Float64Array; readonly factors: Float64Array } | undefined
  /** Strings about the network, by name. */
  readonly metadata: Readonly<Record<string, string>>
}

/** Whether the outputs are scores for classes. */
export function isClassifier({ layers }: Pick<Mlp, 'layers'>): boolean {
  const { outputs, activation } = layers[layers.length - 1]
  return outputs > 1 && (activation === 'softmax' || activation === 'sigmoid')
}
