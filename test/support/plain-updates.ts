/** The optimizers and the kernels around them by their published formulas, in float64, one element at a time. */

// biome-ignore lint/suspicious/noExplicitAny: each kernel reads its own operands, which the table checks
type Operands = any

function elements(update: (o: Operands, i: number, rate: number) => void): (o: Operands) => void {
  return (o) => {
    for (let i = 0; i < o.count; i++) update(o, i, o.learningRate[0])
  }
}

const lengthOf = (values: ArrayLike<number>) => Math.hypot(...Array.from(values))

/** MurmurHash3's finalizer, in integers of any size. */
function mix(hash: bigint): bigint {
  const word = (value: bigint) => BigInt.asUintN(32, value)
  let h = word(hash)
  h = word((h ^ (h >> 16n)) * 0x85ebca6bn)
  h = word((h ^ (h >> 13n)) * 0xc2b2ae35n)
  return h ^ (h >> 16n)
}

/** Whether dropout silences a neuron (see the kernel). */
export function isSilent(o: Operands, row: number, column: number): boolean {
  const ofLayer = mix((BigInt(o.layer) * 0x9e3779b9n) ^ BigInt(o.key[0]))
  const ofRow = mix(ofLayer + BigInt(row))
  return Number(mix(mix(ofRow + BigInt(column)) ^ ofRow)) < Math.floor(o.share * 2 ** 32)
}

export const plainUpdates = {
  sgd: elements((o, i, rate) => {
    o.parameters[i] -= rate * o.gradient[i]
  }),
  countStep(o: Operands) {
    o.step[0]++
  },
  momentum: elements((o, i, rate) => {
    o.velocity[i] = o.momentum * o.velocity[i] + o.gradient[i]
    o.parameters[i] -= rate * o.velocity[i]
  }),
  nesterov: elements((o, i, rate) => {
    o.velocity[i] = o.momentum * o.velocity[i] + o.gradient[i]
    o.parameters[i] -= rate * (o.gradient[i] + o.momentum * o.velocity[i])
  }),
  adagrad: elements((o, i, rate) => {
    o.squares[i] += o.gradient[i] ** 2
    o.parameters[i] -= (rate / (Math.sqrt(o.squares[i]) + o.epsilon)) * o.gradient[i]
  }),
  rmsprop: elements((o, i, rate) => {
    o.squares[i] = o.decay * o.squares[i] + (1 - o.decay) * o.gradient[i] ** 2
    o.parameters[i] -= (rate / (Math.sqrt(o.squares[i]) + o.epsilon)) * o.gradient[i]
  }),
  adam: elements((o, i, rate) => {
    o.parameters[i] -= rate * o.weightDecay * o.parameters[i]
    o.mean[i] = o.beta1 * o.mean[i] + (1 - o.beta1) * o.gradient[i]
    o.square[i] = o.beta2 * o.square[i] + (1 - o.beta2) * o.gradient[i] ** 2
    const mean = o.mean[i] / (1 - o.beta1 ** o.step[0])
    const square = o.square[i] / (1 - o.beta2 ** o.step[0])
    o.parameters[i] -= (rate * mean) / (Math.sqrt(square) + o.epsilon)
  }),
  rprop: elements((o, i, rate) => {
    const sign = Math.sign(o.gradient[i] * o.previous[i])
    const size = (o.sizes[i] || rate) * (sign > 0 ? 1.2 : sign < 0 ? 0.5 : 1)
    o.sizes[i] = Math.min(50, Math.max(1e-6, size))
    if (sign >= 0) o.parameters[i] -= Math.sign(o.gradient[i]) * o.sizes[i]
    o.previous[i] = sign < 0 ? 0 : o.gradient[i]
  }),
  clipNorm(o: Operands) {
    const factor = Math.min(1, o.limit / lengthOf(o.gradient))
    for (let i = 0; i < o.count; i++) o.gradient[i] *= factor
  },
  clipValue(o: Operands) {
    for (let i = 0; i < o.count; i++) o.gradient[i] = Math.min(o.limit, Math.max(-o.limit, o.gradient[i]))
  },
  maxNorm(o: Operands) {
    for (let r = 0; r < o.rows; r++) {
      const row = o.w.subarray(r * o.columns, (r + 1) * o.columns)
      const factor = Math.min(1, o.limit / lengthOf(row))
      for (let j = 0; j < o.columns; j++) row[j] *= factor
    }
  },
  standardize(o: Operands) {
    for (let i = 0; i < o.rows * o.columns; i++) o.x[i] = (o.x[i] - o.means[i % o.columns]) * o.factors[i % o.columns]
  },
}
