/**
 * The activation functions by their published formulas, and their slopes by the derivatives of these, in float64 with the functions
 * of Math. They share no formula with the kernels, which rearrange them to avoid overflow.
 */

// biome-ignore lint/suspicious/noExplicitAny: each kernel reads its own operands, which the table checks
type PlainKernel = (o: any) => void

const sigma = (z: number) => 1 / (1 + Math.exp(-z))
const density = (z: number) => Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)

/** The cumulative distribution function of the standard normal distribution, by Abramowitz and Stegun 26.2.10 or 26.2.14. */
function normalCdf(z: number): number {
  if (z === Number.POSITIVE_INFINITY) return 1
  if (z < -6) {
    // A continued fraction: phi(z) / (x + 1/(x + 2/(x + 3/(x + ...)))), x = -z
    let tail = -z
    for (let k = 200; k >= 1; k--) tail = -z + k / tail
    return density(z) / tail
  }
  if (z > 6) return 1 - normalCdf(-z)
  let term = z
  let sum = z
  for (let k = 1; k < 300; k++) {
    term *= (z * z) / (2 * k + 1)
    sum += term
  }
  return 0.5 + density(z) * sum
}

const functions = {
  sigmoid: sigma,
  tanh: Math.tanh,
  relu: (z: number) => (Number.isNaN(z) ? z : Math.max(0, z)),
  leakyRelu: (z: number) => (z > 0 ? z : 0.01 * z),
  elu: (z: number) => (z > 0 ? z : Math.expm1(z)),
  selu: (z: number) => 1.0507009873554805 * (z > 0 ? z : 1.6732632423543772 * Math.expm1(z)),
  gelu: (z: number) => z * normalCdf(z),
  silu: (z: number) => z / (1 + Math.exp(-z)),
  mish: (z: number) => (z < -700 ? 0 : z * Math.tanh(z > 700 ? z : Math.log1p(Math.exp(z)))),
  softplus: (z: number) => (z > 700 ? z : Math.log1p(Math.exp(z))),
  step: (z: number) => (Number.isNaN(z) ? z : Number(z > 0)),
}

const slopesByOutput = {
  sigmoidBackward: (a: number) => a * (1 - a),
  tanhBackward: (a: number) => 1 - a * a,
  reluBackward: (a: number) => Number(a > 0),
  leakyReluBackward: (a: number) => (a > 0 ? 1 : 0.01),
  eluBackward: (a: number) => (a > 0 ? 1 : a + 1),
  seluBackward: (a: number) => (a > 0 ? 1.0507009873554805 : a + 1.0507009873554805 * 1.6732632423543772),
}

const slopesByLogit = {
  geluBackward: (z: number) => normalCdf(z) + z * density(z),
  siluBackward: (z: number) => sigma(z) + z * sigma(z) * (1 - sigma(z)),
  mishBackward(z: number) {
    const t = Math.tanh(Math.log1p(Math.exp(z)))
    return t + z * (1 - t * t) * sigma(z)
  },
  softplusBackward: sigma,
}

function plain<Name extends string>(
  records: Record<Name, (x: number) => number>,
  kernel: (f: (x: number) => number) => PlainKernel,
): Record<Name, PlainKernel> {
  return Object.fromEntries(Object.entries(records).map(([name, f]) => [name, kernel(f as never)])) as never
}

export const plainActivations = {
  ...plain(functions, (f) => (o) => {
    for (let i = 0; i < o.count; i++) o.out[i] = f(o.z[i])
  }),
  ...plain(slopesByOutput, (slope) => (o) => {
    for (let i = 0; i < o.count; i++) o.delta[i] *= slope(o.a[i])
  }),
  ...plain(slopesByLogit, (slope) => (o) => {
    for (let i = 0; i < o.count; i++) o.delta[i] *= slope(o.z[i])
  }),
  softmax(o: Parameters<PlainKernel>[0]) {
    for (let r = 0; r < o.rows; r++) {
      const row = Array.from(o.z.slice(r * o.columns, (r + 1) * o.columns), Number)
      const exponentials = row.map((z) => Math.exp(z - Math.max(...row)))
      const sum = exponentials.reduce((a, b) => a + b)
      o.out.set(
        exponentials.map((e) => e / sum),
        r * o.columns,
      )
    }
  },
  softmaxBackward(o: Parameters<PlainKernel>[0]) {
    // The Jacobian da_i/dz_j = a_i ([i = j] - a_j), element by element
    for (let r = 0; r < o.rows; r++) {
      const [a, delta] = [o.a, o.delta].map((all) => all.slice(r * o.columns, (r + 1) * o.columns))
      for (let j = 0; j < o.columns; j++) {
        let sum = 0
        for (let i = 0; i < o.columns; i++) sum += delta[i] * a[i] * (Number(i === j) - a[j])
        o.delta[r * o.columns + j] = sum
      }
    }
  },
}
