/** A cell of a confusion table, as far as its color needs it. */
export interface ConfusionCell {
  readonly count: number
  /** The share of the rows with this label that got this answer. 0 if there are no rows with this label. */
  readonly share: number
  readonly isRight: boolean
  /**
   * How strong the color is, from 0 to 1. For right answers it is the share. For wrong answers it is the share divided
   * by the largest share of a wrong answer, because otherwise a good network's mistakes would be too pale to see.
   */
  readonly strength: number
}

export interface ConfusionColors {
  /** The cells, row by row: `cells[label][answer]`. */
  readonly cells: readonly (readonly ConfusionCell[])[]
  /** The largest share of a wrong answer, which has the full color. */
  readonly largestWrong: number
}

/**
 * Returns how strongly each cell of a confusion table is colored.
 * @param confusion `confusion[label][answer]` is the number of rows with this label that got this answer.
 */
export function confusionColors(confusion: readonly (readonly number[])[]): ConfusionColors {
  const shares = confusion.map((row) => {
    const rows = row.reduce((sum, count) => sum + count, 0)
    return row.map((count) => (rows > 0 ? count / rows : 0))
  })
  let largestWrong = 0
  shares.forEach((row, label) => {
    row.forEach((share, answer) => {
      if (label !== answer) largestWrong = Math.max(largestWrong, share)
    })
  })
  const cells = shares.map((row, label) =>
    row.map((share, answer) => {
      const isRight = label === answer
      const full = isRight ? 1 : largestWrong
      return { count: confusion[label][answer], share, isRight, strength: full > 0 ? share / full : 0 }
    }),
  )
  return { cells, largestWrong }
}

/** Returns the rows of a confusion table that is a flat array, row by row. */
export function confusionRows(flat: ArrayLike<number>): number[][] {
  const classes = Math.round(Math.sqrt(flat.length))
  return Array.from({ length: classes }, (_, label) =>
    Array.from({ length: classes }, (_, answer) => flat[label * classes + answer]),
  )
}
