/** Chooses how many batches a run learns from one pause to the next at full speed. */
export interface Stretch {
  /** The number of batches that take about 50 ms. */
  batches(): number
  /** Says how long a number of batches took. */
  took(milliseconds: number, batches: number): void
}

/** The time between two pauses at full speed, in milliseconds. */
export const stretchMilliseconds = 50

export function createStretch(): Stretch {
  let each: number | undefined
  return {
    batches: () => (each === undefined ? 1 : Math.max(1, Math.floor(stretchMilliseconds / each))),
    took(milliseconds, batches) {
      const now = milliseconds / batches
      each = each === undefined ? now : 0.7 * each + 0.3 * now
    },
  }
}
