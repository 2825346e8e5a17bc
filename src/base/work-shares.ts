/** A range of rows or bytes. It begins with number `from` and ends before number `to`. */
export interface Range {
  readonly from: number
  readonly to: number
}

/** Divides `size` rows or bytes into parts whose sizes differ by at most 1, and returns one of the `count` parts. */
export function rangeOf(size: number, { index, count }: { readonly index: number; readonly count: number }): Range {
  // The last end is set, because the product of two large numbers may be rounded.
  const start = (part: number) => (part === count ? size : Math.floor((part * size) / count))
  return { from: start(index), to: start(index + 1) }
}

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
