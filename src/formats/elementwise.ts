/** The formulas of the elementwise activation functions. */

import type { ActivationName } from '../base/activation-name.js'
import { normalCdf } from '../base/exact-math.js'

export type Elementwise = Exclude<ActivationName, 'softmax'>

export const elementwise: Readonly<Record<Elementwise, (z: number) => number>> = {
  sigmoid: (z) => 1 / (1 + Math.exp(-z)),
  tanh: Math.tanh,
  relu: (z) => Math.max(z, 0),
  'leaky-relu': (z) => (z > 0 ? z : 0.01 * z),
  elu: (z) => (z > 0 ? z : Math.expm1(z)),
  selu: (z) => (z > 0 ? 1.0507009873554805 * z : 1.7580993408473768 * Math.expm1(z)),
  gelu: (z) => z * normalCdf(z),
  silu: (z) => z / (1 + Math.exp(-z)),
  mish: (z) => z * Math.tanh(Math.log1p(Math.exp(z))),
  softplus: (z) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))),
  identity: (z) => z,
  step: (z) => (z > 0 ? 1 : 0),
}
