import { expOfNegative } from '../../elementary.js'
import type { Operands } from './bind.js'

/** out = 1 / (1 + exp(-z)), by the exponential of a number that is never positive, so that nothing overflows. */
export function sigmoid({ count, z, out }: Operands<'sigmoid'>): void {
  for (let i = 0; i < count; i++) {
    const x = z[i]
    const e = expOfNegative(x > 0 ? -x : x)
    out[i] = (x > 0 ? 1 : e) / (1 + e)
  }
}

/** delta *= a (1 - a) */
export function sigmoidBackward({ count, a, delta }: Operands<'sigmoidBackward'>): void {
  for (let i = 0; i < count; i++) delta[i] *= a[i] * (1 - a[i])
}

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
