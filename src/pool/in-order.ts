import { setMaxListeners } from 'node:events'
import { closeSource } from '../engine/close-source.js'
import { abortable, type Batches, openSource } from '../streams/source.js'

/** What a source that was asked has answered. */
type Asked<B> = { readonly asked: IteratorResult<B> } | { readonly failure: unknown }

/**
 * Answers to batches as they come, in their order. While `limit` of them are being answered or wait for whoever reads,
 * no other is asked for: a slow reader slows the source. Left early or aborted by `signal`, it aborts what is being answered and
 * ends the source. @throws what the source throws, once the answers before it have been given; the signal's reason
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
  // Each answer on its way listens to it.
  setMaxListeners(limit, controller.signal)
  const answers: Promise<A>[] = []
  const ask = async (): Promise<Asked<B>> => {
    try {
      return { asked: await batches.next() }
    } catch (failure) {
      return { failure }
    }
  }
  let next: Promise<Asked<B>> | undefined
  let more = true
  let failed: { readonly failure: unknown } | undefined
  let hasFailed = false
  try {
    while (more || answers.length > 0) {
      if (more && answers.length < limit) next ??= ask()
      const first = answers[0]?.then((answered) => ({ answered }))
      // A source that is slow holds no answer back.
      const event = await abortable(Promise.race([first, next].filter((promise) => promise !== undefined)), signal)
      if ('answered' in event) {
        answers.shift()
        yield event.answered
        continue
      }
      next = undefined
      if ('failure' in event) failed = event
      if ('failure' in event || event.asked.done) more = false
      else answers.push(quiet(answer(event.asked.value, controller.signal)))
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

/** A promise that is waited for later on: until then its failure is nobody's. */
function quiet<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined)
  return promise
}
