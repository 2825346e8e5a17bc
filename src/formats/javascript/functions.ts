import type { ActivationName } from '../../base/activation-name.js'

/** Returns the code of a loop that replaces each logit `z[i]` of a row by the value of the formula. */
const eachNumber = (formula: string) => `for (let i = 0; i < z.length; i++) z[i] = ${formula}`

/** The code of the activation functions in an exported module. Each overwrites a row's logits `z` with its outputs. */
export const activationBodies: Readonly<Record<Exclude<ActivationName, 'identity'>, string>> = {
  sigmoid: eachNumber('1 / (1 + Math.exp(-z[i]))'),
  tanh: eachNumber('Math.tanh(z[i])'),
  relu: eachNumber('z[i] <= 0 ? 0 : z[i]'),
  'leaky-relu': eachNumber('z[i] > 0 ? z[i] : 0.01 * z[i]'),
  elu: eachNumber('z[i] > 0 ? z[i] : Math.expm1(z[i])'),
  selu: eachNumber('z[i] > 0 ? 1.0507009873554805 * z[i] : 1.7580993408473768 * Math.expm1(z[i])'),
  gelu: eachNumber('z[i] < -40 ? 0 : z[i] * normalCdf(z[i])'),
  silu: eachNumber('z[i] < -750 ? 0 : z[i] / (1 + Math.exp(-z[i]))'),
  mish: eachNumber('z[i] < -750 ? 0 : z[i] * Math.tanh(Math.log1p(Math.exp(z[i])))'),
  softplus: eachNumber('Math.max(z[i], 0) + Math.log1p(Math.exp(-Math.abs(z[i])))'),
  step: eachNumber('z[i] > 0 ? 1 : z[i] <= 0 ? 0 : z[i]'),
  softmax: `const largest = z.reduce((a, b) => Math.max(a, b))
  let sum = 0
  for (let i = 0; i < z.length; i++) sum += z[i] = Math.exp(z[i] - largest)
  for (let i = 0; i < z.length; i++) z[i] /= sum`,
}

/** The code of additional functions that the activations call. */
export const helpers: Readonly<Partial<Record<ActivationName, string>>> = {
  gelu: `/** The cumulative distribution of the standard normal: a series for |z| < 3, otherwise a continued fraction. */
function normalCdf(z) {
  const x = Math.abs(z)
  const density = Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI)
  if (x < 3) {
    let term = z
    let sum = z
    for (let n = 3; n < 75; n += 2) sum += term *= z * z / n
    return 0.5 + density * sum
  }
  let fraction = x
  for (let n = 60; n > 0; n--) fraction = x + n / fraction
  return z < 0 ? density / fraction : 1 - density / fraction
}
`,
}

/** Returns the name of the function that computes an activation in the exported JavaScript module. */
export const functionName = (activation: ActivationName) => (activation === 'leaky-relu' ? 'leakyRelu' : activation)
