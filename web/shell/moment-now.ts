import type { State } from '#src/see/protocol'

/** Returns the index of the last moment that is not later than the run. */
export function momentNow({ moments, position }: Pick<State, 'moments' | 'position'>): number {
  const index = moments.findLastIndex(({ batches }) => batches <= position.batches)
  return Math.max(0, index)
}
