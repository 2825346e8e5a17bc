/** The names and layouts that other programs use for weights and biases of fully connected layers. */

export interface Layout {
  /** Whether weights are stored as (inputs x outputs). Otherwise they are stored as (outputs x inputs). */
  readonly transposed: boolean
  /**
   * Functions that return the names of a layer's tensors from the layer's name, and the layer's name from its index.
   */
  readonly weights: (layer: string) => string
  readonly biases: (layer: string) => string
  readonly layer: (index: number) => string
  /** Matches the name of weights: the part before the number, the number, and the part after it. */
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
  /** The names in a saved network. */
  descent: dotted('weights', 'biases', false),
  /** The state_dict of torch.nn.Linear layers: weight (out x in) and bias. */
  torch: dotted('weight', 'bias', false),
  /** keras.layers.Dense: kernel (in x out) and bias. */
  keras: dotted('kernel', 'bias', true),
  /** MLPClassifier and MLPRegressor: coefs_ (in x out) and intercepts_, numbered. */
  sklearn: {
    transposed: true,
    weights: (layer) => `coefs_${layer}`,
    biases: (layer) => `intercepts_${layer}`,
    layer: String,
    pattern: /^(coefs_)(\d+)()$/,
  },
}
