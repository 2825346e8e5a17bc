import type { Operands } from './bind.js'

/** out = a - b */
export function subtract({ count, a, b, out }: Operands<'subtract'>): void {
  for (let i = 0; i < count; i++) out[i] = a[i] - b[i]
}

/** out (rows x columns) += bias (columns) */
export function addBias({ rows, columns, bias, out }: Operands<'addBias'>): void {
  for (let r = 0, i = 0; r < rows; r++) {
    for (let j = 0; j < columns; j++, i++) out[i] += bias[j]
  }
}

/** For each row of the matrix `in`: row of out = row * factors */
export function scaleColumns({ rows, columns, factors, in: input, out }: Operands<'scaleColumns'>): void {
  for (let r = 0, i = 0; r < rows; r++) {
    for (let j = 0; j < columns; j++, i++) out[i] = input[i] * factors[j]
  }
}

/** For each row of the matrix `x`: row = (row - means) * factors */
export function standardize({ rows, columns, means, factors, x }: Operands<'standardize'>): void {
  for (let r = 0, i = 0; r < rows; r++) {
    for (let j = 0; j < columns; j++, i++) x[i] = (x[i] - means[j]) * factors[j]
  }
}
