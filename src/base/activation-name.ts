/** The activations that networks have, in programs and in files. */
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
