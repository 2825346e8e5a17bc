import type { Random } from '../base/random.js'

/** A distribution with mean 0. */
export type Distribution =
  | { readonly shape: 'normal'; readonly deviation: number }
  | { readonly shape: 'uniform'; readonly limit: number }

/** The initial distributions of a layer's weights (outputs x inputs) and biases. */
export interface Initializer {
  readonly weights: (inputs: number, outputs: number) => Distribution
  readonly biases: Distribution
}

export type InitializerName =
  | 'normal'
  | 'scaled-normal'
  | 'he'
  | 'he-uniform'
  | 'glorot'
  | 'glorot-uniform'
  | 'lecun'
  | 'lecun-uniform'
  | 'zeros'

const normal = (variance: number): Distribution => ({ shape: 'normal', deviation: Math.sqrt(variance) })
/** A uniform distribution from -limit to limit has the variance limit^2 / 3, so the limit is sqrt(3 * variance). */
const uniform = (variance: number): Distribution => ({ shape: 'uniform', limit: Math.sqrt(3 * variance) })
const zero = normal(0)

export const initializers: Readonly<Record<InitializerName, Initializer>> = {
  /** Weights and biases from N(0, 1) (Nielsen, chapter 1). */
  normal: { weights: () => normal(1), biases: normal(1) },
  /** Weights from N(0, 1/inputs), biases from N(0, 1) (Nielsen, chapter 3, "Weight initialization"). */
  'scaled-normal': { weights: (inputs) => normal(1 / inputs), biases: normal(1) },
  /**
   * Weights with variance 2/inputs, for relu and similar activations (He, Zhang, Ren and Sun, "Delving deep into
   * rectifiers", 2015).
   */
  he: { weights: (inputs) => normal(2 / inputs), biases: zero },
  'he-uniform': { weights: (inputs) => uniform(2 / inputs), biases: zero },
  /**
   * Weights with variance 2/(inputs + outputs), for tanh and softmax (Glorot and Bengio, "Understanding the difficulty
   * of training deep feedforward neural networks", 2010).
   */
  glorot: { weights: (inputs, outputs) => normal(2 / (inputs + outputs)), biases: zero },
  'glorot-uniform': { weights: (inputs, outputs) => uniform(2 / (inputs + outputs)), biases: zero },
  /** Weights with variance 1/inputs (LeCun, Bottou, Orr and Mueller, "Efficient backprop", 1998). */
  lecun: { weights: (inputs) => normal(1 / inputs), biases: zero },
  'lecun-uniform': { weights: (inputs) => uniform(1 / inputs), biases: zero },
  /** All parameters are 0. This suits a network with a single layer, or a network whose weights are set by hand. */
  zeros: { weights: () => zero, biases: zero },
}

/** Fills the array `values` with random numbers from a distribution. */
export function draw(values: Float32Array | Float64Array, distribution: Distribution, random: Random): void {
  if (distribution.shape === 'normal') {
    // If the deviation is 0, the array is filled with 0. Multiplying 0 by negative random numbers would give -0, which
    // formats such as ONNX do not keep.
    if (distribution.deviation === 0) values.fill(0)
    else random.fillNormal(values, distribution.deviation)
  } else {
    for (let i = 0; i < values.length; i++) values[i] = distribution.limit * (2 * random.uniform() - 1)
  }
}
