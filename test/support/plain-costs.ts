/** The cost functions and their slopes by their published formulas, in float64, row by row. */

// biome-ignore lint/suspicious/noExplicitAny: each kernel reads its own operands, which the table checks
type PlainKernel = (o: any) => void
type Operands = Parameters<PlainKernel>[0]

const rowOf = (values: Float64Array, r: number, columns: number) => [...values.slice(r * columns, (r + 1) * columns)]

function plainCost(by: 'a' | 'z', ofRow: (x: number[], y: number[]) => number): PlainKernel {
  return (o) => {
    for (let r = 0; r < o.rows; r++) {
      o.sum[0] += o.weights[r] * ofRow(rowOf(o[by], r, o.columns), rowOf(o.y, r, o.columns))
    }
  }
}

const sumOf = (y: number[], f: (y: number, j: number) => number) => y.reduce((sum, value, j) => sum + f(value, j), 0)

export const plainCosts = {
  quadraticCost: plainCost('a', (a, y) => sumOf(y, (value, j) => 0.5 * (a[j] - value) ** 2)),
  sigmoidCrossEntropyCost: plainCost('z', (z, y) =>
    // If exp(z) would overflow, ln(1 + exp(z)) equals z to the last bit.
    sumOf(y, (value, j) => (z[j] > 700 ? z[j] : Math.log1p(Math.exp(z[j]))) - value * z[j]),
  ),
  softmaxCrossEntropyCost: plainCost('z', (z, y) => {
    const largest = Math.max(...z)
    const logSum = largest + Math.log(sumOf(z, (value) => Math.exp(value - largest)))
    return sumOf(y, (value, j) => -value * (z[j] - logSum))
  }),
  softmaxCrossEntropyBackward(o: Operands) {
    for (let r = 0; r < o.rows; r++) {
      const desired = sumOf(rowOf(o.y, r, o.columns), (value) => value)
      for (let j = 0; j < o.columns; j++) {
        const i = r * o.columns + j
        o.out[i] = o.a[i] * desired - o.y[i]
      }
    }
  },
  huberCost: plainCost('a', (a, y) =>
    sumOf(y, (value, j) => {
      const error = Math.abs(a[j] - value)
      return error < 1 ? error ** 2 / 2 : error - 1 / 2
    }),
  ),
  huberBackward(o: Operands) {
    for (let i = 0; i < o.count; i++) o.out[i] = Math.min(1, Math.max(-1, o.a[i] - o.y[i]))
  },
  scaleRows(o: Operands) {
    for (let i = 0; i < o.rows * o.columns; i++) o.delta[i] *= o.weights[Math.floor(i / o.columns)]
  },
  smoothLabels(o: Operands) {
    for (let i = 0; i < o.rows * o.classes; i++) o.y[i] = (1 - o.share) * o.y[i] + o.share / Math.max(2, o.classes)
  },
}
