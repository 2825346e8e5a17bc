import { expect, it } from 'vitest'
import { inOrder } from '#src/pool/in-order'

const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5))

/** A source of numbers that records how many have been fetched and whether it was closed. */
function numbers(count: number) {
  const state = { asked: 0, left: false }
  async function* source() {
    try {
      for (; state.asked < count; ) yield state.asked++
    } finally {
      state.left = true
    }
  }
  return { state, source: source() }
}

it('yields answers in the order of the batches, whichever is ready first', async () => {
  const answers: number[] = []
  const late = async (n: number) => {
    for (let i = 0; i < 7 - n; i++) await turn()
    return 10 * n
  }
  for await (const answer of inOrder(numbers(7).source, 3, late)) answers.push(answer)
  expect(answers).toEqual([0, 10, 20, 30, 40, 50, 60])
})

it('accepts arrays, also empty ones', async () => {
  const answers: number[] = []
  for await (const answer of inOrder([1, 2, 3], 2, async (n) => n + 1)) answers.push(answer)
  for await (const answer of inOrder([], 2, async (n) => n)) answers.push(answer)
  expect(answers).toEqual([2, 3, 4])
})

it('fetches no more than the limit ahead of a slow reader', async () => {
  const { state, source } = numbers(100)
  let read = 0
  for await (const _ of inOrder(source, 4, async (n) => n)) {
    await turn()
    read++
    expect(state.asked).toBeLessThanOrEqual(read + 4)
  }
  expect(read).toBe(100)
})

it('yields an answer while the source is still waiting for its next batch', async () => {
  let go = (): void => {}
  async function* slow() {
    yield 1
    await new Promise<void>((resolve) => {
      go = resolve
    })
    yield 2
  }
  const run = inOrder(slow(), 8, async (n) => n)
  expect((await run.next()).value).toBe(1)
  go()
  expect((await run.next()).value).toBe(2)
  expect((await run.next()).done).toBe(true)
})

it('aborts pending answers and closes the source if the reader leaves early', async () => {
  const { state, source } = numbers(100)
  const signals: AbortSignal[] = []
  const answer = async (n: number, signal: AbortSignal) => {
    signals.push(signal)
    return n
  }
  for await (const n of inOrder(source, 3, answer)) if (n === 1) break
  expect(state.left).toBe(true)
  expect(signals.every(({ aborted }) => aborted)).toBe(true)
})

it('fails with the error of an answer or of the source', async () => {
  const { state, source } = numbers(100)
  const failing = inOrder(source, 3, async (n) => {
    if (n === 2) throw new RangeError('third')
    return n
  })
  const drain = async (run: AsyncIterable<unknown>) => {
    for await (const _ of run);
  }
  await expect(drain(failing)).rejects.toThrow(new RangeError('third'))
  expect(state.left).toBe(true)
  async function* broken() {
    yield 1
    throw new RangeError('no more')
  }
  await expect(drain(inOrder(broken(), 3, async (n) => n))).rejects.toThrow(new RangeError('no more'))
})

it('fails with the error of an answer, not with that of closing the source', async () => {
  async function* source() {
    try {
      yield 1
      yield 2
    } finally {
      // biome-ignore lint/correctness/noUnsafeFinally: this is what the test is about
      throw new RangeError('not closed')
    }
  }
  const failing = inOrder(source(), 1, async () => {
    throw new RangeError('first')
  })
  await expect(failing.next()).rejects.toThrow(new RangeError('first'))
})

it('does not wait for a waiting source if the reader leaves', async () => {
  async function* silent() {
    yield 1
    await new Promise(() => {})
  }
  for await (const _ of inOrder(silent(), 3, async (n) => n)) break
})
