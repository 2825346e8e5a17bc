import { setMaxListeners } from 'node:events'
import { closeSource } from '../engine/close-source.js'
import { abortable, type Batches, openSource } from '../streams/source.js'

/** The next batch of the source, or the error that the source threw instead. */
type Fetched<B> = { readonly result: IteratorResult<B> } | { readonly failure: unknown }

/**
 * Calls `answer` for each batch of the source, and yields the results in the order of the batches. At any time, at most
 * `limit` batches are being computed or have results that the consumer has not taken yet. So a slow consumer slows the
 * source. If the consumer stops early or `signal` is aborted, the pending computations are aborted and the source is
 * closed.
 * @throws the error of the source, but only after the results of all earlier batches were yielded; the signal's reason
 * if the signal is aborted
 */
export async function* inOrder<B, A>(
  source: Batches<B>,
  limit: number,
  answer: (batch: B, signal: AbortSignal) => Promise<A>,
  signal?: AbortSignal,
): AsyncGenerator<A, void, undefined> {
  signal?.throwIfAborted()
  const batches = openSource(source)
  const controller = new AbortController()
  // Every pending batch adds a listener to the signal. Raise the limit on listeners, so that Node does not print a
  // warning.
  setMaxListeners(limit, controller.signal)
  const answers: Promise<A>[] = []
  const fetchNext = async (): Promise<Fetched<B>> => {
    try {
      return { result: await batches.next() }
    } catch (failure) {
      return { failure }
    }
  }
  let next: Promise<Fetched<B>> | undefined
  let more = true
  let failed: { readonly failure: unknown } | undefined
  let hasFailed = false
  try {
    while (more || answers.length > 0) {
      if (more && answers.length < limit) next ??= fetchNext()
      const first = answers[0]?.then((answered) => ({ answered }))
      // Wait until the oldest pending result or the next batch arrives. So a result does not have to wait for a slow
      // source.
      const event = await abortable(Promise.race([first, next].filter((promise) => promise !== undefined)), signal)
      if ('answered' in event) {
        answers.shift()
        yield event.answered
        continue
      }
      next = undefined
      if ('failure' in event) failed = event
      if ('failure' in event || event.result.done) more = false
      else answers.push(quiet(answer(event.result.value, controller.signal)))
    }
    if (failed) throw failed.failure
  } catch (error) {
    hasFailed = true
    throw error
  } finally {
    controller.abort()
    if (more) await closeSource(batches, { isAsked: next !== undefined, hasFailed })
  }
}

/** Prevents Node from reporting the rejection of a promise as unhandled. The promise is awaited later. */
function quiet<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined)
  return promise
}
