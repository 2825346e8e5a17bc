/**
 * The indices of two counters in the shared array `progress`: the number of rows that threads have taken, and the
 * number of rows that they have finished.
 */
export const handedOut = 0
export const finished = 1

/**
 * Hands out the rows from 0 to `size` - 1 in ranges [first, last) of `shareSize` rows, until none are left. Any number
 * of threads may use the same `progress`, which is in shared memory. A range counts as finished when its thread asks
 * for the next range.
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
