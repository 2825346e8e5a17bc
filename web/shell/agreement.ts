import type { State } from '#src/see/protocol'

/** Returns the last moment after the same number of batches, as both sessions call it. */
export function lastCommon(
  one: Pick<State, 'moments'>,
  two: Pick<State, 'moments'> | undefined,
): { one: number; two: number; batches: number } | undefined {
  const others = new Map(two?.moments.map(({ batches, id }) => [batches, id]))
  const found = one.moments.findLast(({ batches }) => others.has(batches))
  const other = found && others.get(found.batches)
  return found && other !== undefined ? { one: found.id, two: other, batches: found.batches } : undefined
}

/** Returns the largest difference between two arrays: infinite if their lengths differ, NaN if a number is NaN. */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY
  let largest = 0
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i] - b[i]))
  return largest
}
