import type { State } from '#src/see/protocol'

/** Returns the number of the last epoch that both sessions have learned, and the cost of each in it. */
export function lastCommonCosts(
  one: Pick<State, 'epochs'>,
  two: Pick<State, 'epochs'> | undefined,
): { epoch: number; one: number; two: number } | undefined {
  const others = new Map(two?.epochs.map(({ number, cost }) => [number, cost]))
  const found = one.epochs.findLast(({ number }) => others.has(number))
  const other = found && others.get(found.number)
  return found && other !== undefined ? { epoch: found.number, one: found.cost, two: other } : undefined
}

/** Whether both sessions learn the same from the same examples, if both draw the same digits. */
export const isSameTask = (one: Pick<State, 'settings'>, two: Pick<State, 'settings'> | undefined): boolean =>
  two !== undefined && JSON.stringify(one.settings) === JSON.stringify(two.settings)

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
