/** A network as files of other programs describe it: what it computes, and nothing of how it learns. */
import type { FloatArray } from '../base/memory.js'

export type MlpActivation =
  | 'sigmoid'
  | 'tanh'
  | 'relu'
  | 'leaky-relu'
  | 'elu'
  | 'gelu'
  | 'silu'
  | 'softplus'
  | 'identity'
  | 'softmax'
  | 'step'

export interface MlpLayer {
  readonly outputs: number
  readonly activation: MlpActivation
  /** (outputs x inputs), row-major. */
  readonly weights: FloatArray
  /** (outputs) */
  readonly biases: FloatArray
}

/** A multilayer perceptron. All its layers have numbers of one type. */
export interface Mlp {
  readonly inputs: number
  readonly layers: readonly MlpLayer[]
  /** Inputs become (x - means) factors before the first layer; (inputs) each. */
  readonly standardization: { readonly means: Float64Array; readonly factors: Float64Array } | undefined
  /** Texts about it, by name. */
  readonly metadata: Readonly<Record<string, string>>
}

/** Whether its outputs are an answer each to the question which class a row is of. */
export function isClassifier({ layers }: Pick<Mlp, 'layers'>): boolean {
  const { outputs, activation } = layers[layers.length - 1]
  return outputs > 1 && (activation === 'softmax' || activation === 'sigmoid')
}
