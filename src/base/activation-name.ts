/** The names of the activation functions. Model files use the same names. */
export type ActivationName =
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
