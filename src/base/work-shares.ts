/** What threads share: how many rows have been handed out (index 0), and how many are finished (index 1). */
export const handedOut = 0
export const finished = 1

/**
 * Hands out the rows from 0 to `size`, as [first, last) in shares of `shareSize`, until none are left. As many threads as
 * there are may take from the same `progress`, shared memory, at once; a share is finished when the next one is asked for.
 */
export function* takeShares(progress: Int32Array, size: number, shareSize: number): Generator<[number, number], void> {
  for (;;) {
    const first = Atomics.add(progress, handedOut, shareSize)
    if (first >= size) return
    const last = Math.min(first + shareSize, size)
    yield [first, last]
    Atomics.add(progress, finished, last - first)
  }
}
