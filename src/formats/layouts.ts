/** The names and layouts that other programs use for weights and biases of fully connected layers. */

export interface Layout {
  /** Whether weights are stored as (inputs x outputs). Otherwise they are stored as (outputs x inputs). */
  readonly transposed: boolean
  /**
   * `weights` and `biases` take the name of a layer and return the names of its tensors. `layer` takes the index of a
   * layer and returns its name.
   */
  readonly weights: (layer: string) => string
  readonly biases: (layer: string) => string
  readonly layer: (index: number) => string
  /**
   * Matches the name of a weight tensor. The capture groups are the text before the layer's index, the index, and the
   * text after it.
   */
  readonly pattern: RegExp
}

export type LayoutName = 'descent' | 'torch' | 'keras' | 'sklearn'

const dotted = (weights: string, biases: string, transposed: boolean): Layout => ({
  transposed,
  weights: (layer) => `${layer}.${weights}`,
  biases: (layer) => `${layer}.${biases}`,
  layer: (index) => `layers.${index}`,
  pattern: new RegExp(`^(|.*?\\D)(\\d+)(\\.${weights})$`),
})

export const layouts: Readonly<Record<LayoutName, Layout>> = {
  /** The names that descent uses in its own model files. */
  descent: dotted('weights', 'biases', false),
  /** The state_dict of torch.nn.Linear layers: weight (out x in) and bias. */
  torch: dotted('weight', 'bias', false),
  /** keras.layers.Dense: kernel (in x out) and bias. */
  keras: dotted('kernel', 'bias', true),
  /** MLPClassifier and MLPRegressor of scikit-learn: coefs_0 (in x out), intercepts_0, coefs_1, intercepts_1, ... */
  sklearn: {
    transposed: true,
    weights: (layer) => `coefs_${layer}`,
    biases: (layer) => `intercepts_${layer}`,
    layer: String,
    pattern: /^(coefs_)(\d+)()$/,
  },
}
