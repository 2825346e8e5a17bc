import type { Operands } from './bind.js'

/** For each column c of the matrix `in`: out[c] = beta * out[c] + alpha * scale * (sum of column c) */
export function sumRows(operands: Operands<'sumRows'>): void {
  const { rows, columns, alpha, scale, in: input, beta, out } = operands
  const factor = alpha * scale[0]
  for (let j = 0; j < columns; j++) {
    let total = 0
    for (let r = 0; r < rows; r++) total += input[r * columns + j]
    out[j] = beta === 0 ? factor * total : beta * out[j] + factor * total
  }
}

/** For each column c: out[c] = beta * out[c] + alpha * scale * (sum of a * b in column c) */
export function sumProducts({ rows, columns, alpha, scale, a, b, beta, out }: Operands<'sumProducts'>): void {
  const factor = alpha * scale[0]
  for (let j = 0; j < columns; j++) {
    let total = 0
    for (let r = 0, i = j; r < rows; r++, i += columns) total += a[i] * b[i]
    out[j] = beta === 0 ? factor * total : beta * out[j] + factor * total
  }
}

/**
 * Adds the penalty for large weights to the cost `sum`: sum += rows * (l1 * absolute + l2 / 2 * square). Here, `rows`
 * is the batch size, `absolute` is the sum of |w| over all weights w, and `square` is the sum of w^2.
 */
export function penaltyCost({ count, rows, l1, l2, w, sum }: Operands<'penaltyCost'>): void {
  let absolute = 0
  let square = 0
  for (let i = 0; i < count; i++) {
    absolute += Math.abs(w[i])
    square += w[i] * w[i]
  }
  sum[0] += rows * (l1[0] * absolute + 0.5 * l2[0] * square)
}
