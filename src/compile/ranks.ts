import { type Region, regionLength } from '../program/arena.js'
import { type BackwardPass, emitBackward } from './backward.js'
import type { Scalars } from './forward.js'
import { countParameters, layOutParameters, type ParameterLayout } from './parameters.js'
import type { NetworkBuilder } from './region-names.js'
import type { NetworkDescription } from './spec.js'

/** The number of values that the ranks exchange in each batch besides the gradient (see the kernel writeNews). */
const newsSize = 3

/**
 * The least number of bytes of the gradient that the ranks sum at once, while backpropagation goes on with the layers
 * before. Sums of fewer bytes take hardly less time.
 */
const bucketBytes = 2 ** 20

/**
 * Appends to the program the kernel calls that compute the gradient of the rank's own rows, and sum it and the cost over
 * all ranks. Returns the gradient of the mean cost of the whole batch, and the region of the cost before the batch.
 * `pass` is undefined if the rank has no row of the batch. `sum` is the summed cost of all batches.
 *
 * The gradient and the news of the batch lie side by side, so that a small network needs a single sum.
 */
export function emitSummedGradient(
  program: NetworkBuilder,
  { spec, scalars }: { readonly spec: NetworkDescription; readonly scalars: Scalars },
  pass: BackwardPass | undefined,
  sum: Region,
): { readonly gradient: ParameterLayout; readonly before: Region } {
  const size = countParameters(spec)
  const whole = program.place('workspace', 'summed', size + newsSize)
  const layout = layOutParameters(program, spec, 'gradient', whole)
  const news = program.within(whole, 'news', size, newsSize)
  const before = program.place('tally', 'costBefore')
  const stop = program.place('tally', 'stop')
  program.emit({ kernel: 'writeNews', size: newsSize, sum, before, vote: program.place('tally', 'vote'), out: news })

  const bucketSize = bucketBytes / (program.dtype === 'float32' ? 4 : 8)
  let end = size + newsSize
  const sumBucket = (index: number) => {
    const from = layout.weights[index].offset - whole.offset
    // The factors of a scaling layer lie at the end, but their gradient is the last to be complete.
    if (index > 0 && (layout.scaling || end - from < bucketSize)) return
    const values = program.within(whole, `bucket${index + 1}`, from, end - from)
    program.emit({ kernel: 'sumOverRanks', count: end - from, values })
    end = from
  }
  if (pass) {
    const destination = { layout, alpha: 1 / program.batchRows, scale: scalars.one, beta: 0 } as const
    emitBackward(program, pass, destination, sumBucket)
  } else {
    program.emit({ kernel: 'clear', count: regionLength(layout.whole), out: layout.whole })
    for (let index = spec.layers.length - 1; index >= 0; index--) sumBucket(index)
  }
  program.emit({ kernel: 'readNews', size: newsSize, news, before, sum, stop })
  return { gradient: layout, before }
}
