import type { Operands, Run } from './bind.js'
import { need } from './gather.js'

/** out = 0 */
export function clear({ out }: Operands<'clear'>): void {
  out.fill(0)
}

/**
 * out = the cost of the own rows of this batch, which is `sum` - `before`, followed by `vote`. The cost is written as two
 * numbers, of which the second is the rounding error of the first, because `out` may be float32.
 */
export function writeNews({ sum, before, vote, out }: Operands<'writeNews'>): void {
  const cost = sum[0] - before[0]
  out[0] = cost
  out[1] = cost - out[0]
  out[2] = vote[0]
}

/** values = the sum of `values` over all ranks */
export function sumOverRanks({ values }: Operands<'sumOverRanks'>, { source }: Run): void {
  need(source, 'ranks').sumNow(values)
}

/** sum = before + the cost of the batch over all ranks; stop = the number of ranks that voted to end the run */
export function readNews({ news, before, sum, stop }: Operands<'readNews'>): void {
  sum[0] = before[0] + (news[0] + news[1])
  stop[0] = news[2]
}
