/** The elementwise activation functions, written as their formulas. */
import { normalCdf } from '../base/exact-math.js'
import type { MlpActivation } from './mlp.js'

export type Elementwise = Exclude<MlpActivation, 'softmax'>

export const elementwise: Readonly<Record<Elementwise, (z: number) => number>> = {
  sigmoid: (z) => 1 / (1 + Math.exp(-z)),
  tanh: Math.tanh,
  relu: (z) => Math.max(z, 0),
  'leaky-relu': (z) => (z > 0 ? z : 0.01 * z),
  elu: (z) => (z > 0 ? z : Math.expm1(z)),
  gelu: (z) => z * normalCdf(z),
  silu: (z) => z / (1 + Math.exp(-z)),
  softplus: (z) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))),
  identity: (z) => z,
  step: (z) => (z > 0 ? 1 : 0),
}
