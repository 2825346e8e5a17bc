import { yieldToEventLoop } from '../../base/event-loop.js'
import { takeShares } from '../../base/work-shares.js'
import { type DigitsJob, shareSize } from './digits-job.js'
import { createDrawing } from './drawing.js'
import { setLabels } from './labels.js'
import { pictureSize } from './picture.js'

/**
 * Draws digits until none are left, and yields after every `shareSize` digits. Several threads may run it in parallel.
 */
export function* work({ seed, pictures, labels, progress }: DigitsJob): Generator<void, void> {
  const draw = createDrawing(seed)
  for (const [first, last] of takeShares(progress, labels.length, shareSize)) {
    setLabels(seed, labels, first, last)
    for (let index = first; index < last; index++) {
      draw(index, labels[index], pictures.subarray(index * pictureSize, (index + 1) * pictureSize))
    }
    yield
  }
}

/**
 * Draws all digits on the current thread. The event loop runs after every `shareSize` digits.
 * @throws the signal's reason if the signal is aborted
 */
export async function drawOnThisThread(job: DigitsJob, signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted()
  for (const _ of work(job)) {
    await yieldToEventLoop()
    signal?.throwIfAborted()
  }
}
