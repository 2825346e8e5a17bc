import { builtinIfThere } from '../base/builtin.js'
import { beginDigits } from '../data/digits/digits.js'
import { setLabels } from '../data/digits/labels.js'
import type { SessionData } from './settings.js'

/** The name of the drawn digits. */
export const drawnDigits = 'digits'
/** The random seeds for drawing training and test digits. They are the same for every run. */
export const digitSeeds = { training: 1, test: 2 }

/**
 * Begins to draw digits for a session, which needs not wait for them: their labels are there at once, and their pictures
 * when `ready` resolves.
 */
export function drawDigits(
  counts: { readonly training: number; readonly test: number },
  signal?: AbortSignal,
): SessionData {
  // A browser opens the page meanwhile. On few processors it would have to wait for the threads.
  const processors = builtinIfThere('node:os')?.availableParallelism() ?? 1
  const threads = Math.max(1, Math.min(processors - 1, Math.ceil(counts.training / 4000)))
  const begin = (part: keyof typeof digitSeeds) => {
    const seed = digitSeeds[part]
    const begun = beginDigits({ count: counts[part], seed, threads, ...(signal && { signal }) })
    const { labels, rows } = begun.dataset
    if (labels) setLabels(seed, labels, 0, rows)
    return begun
  }
  const [training, test] = [begin('training'), begin('test')]
  const ready = Promise.all([training.drawn, test.drawn]).then(() => undefined)
  // A caller that needs the pictures gets the error. The session may end before there is one.
  ready.catch(() => undefined)
  return { name: drawnDigits, training: training.dataset, test: test.dataset, ready }
}
