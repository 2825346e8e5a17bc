import { closeSource } from '../close-source.js'

/**
 * Answers to batches as they come, in their order. While `limit` of them are being answered or wait for whoever reads,
 * no other is asked for: a slow reader slows the source. Left early, it aborts what is being answered and ends the source.
 */
export async function* inOrder<B, A>(
  source: AsyncIterable<B> | Iterable<B>,
  limit: number,
  answer: (batch: B, signal: AbortSignal) => Promise<A>,
): AsyncGenerator<A, void, undefined> {
  const batches = Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]()
  const controller = new AbortController()
  const answers: Promise<A>[] = []
  const ask = async () => ({ asked: await batches.next() })
  let next: Promise<{ asked: IteratorResult<B> }> | undefined
  let more = true
  let hasFailed = false
  try {
    while (more || answers.length > 0) {
      if (more && answers.length < limit) next ??= quiet(ask())
      const first = answers[0]?.then((answered) => ({ answered }))
      // A source that is slow holds no answer back.
      const event = await Promise.race([first, next].filter((promise) => promise !== undefined))
      if ('answered' in event) {
        answers.shift()
        yield event.answered
        continue
      }
      next = undefined
      if (event.asked.done) more = false
      else answers.push(quiet(answer(event.asked.value, controller.signal)))
    }
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
