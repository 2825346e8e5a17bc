/** Counts rows for each class. The memory grows with the number of classes, and not with its square. */
export interface ClassCounts {
  /** For each class, the number of rows that belong to it and were predicted as it. */
  readonly hits: Float64Array
  /** For each class, the number of rows that were predicted as it. */
  readonly answered: Float64Array
  /** For each class, the number of rows that belong to it. */
  readonly support: Float64Array
}

export function createClassCounts(classes: number): ClassCounts {
  return {
    hits: new Float64Array(classes),
    answered: new Float64Array(classes),
    support: new Float64Array(classes),
  }
}

/** Adds the rows from `from` to `to - 1`. Row i belongs to class `labels[i]` and was predicted as class `answers[i]`. */
export function addRows(
  { hits, answered, support }: ClassCounts,
  labels: ArrayLike<number>,
  answers: ArrayLike<number>,
  from: number,
  to: number,
): void {
  for (let row = from; row < to; row++) {
    const label = labels[row]
    if (label === answers[row]) hits[label]++
    answered[answers[row]]++
    support[label]++
  }
}

/** Returns the counts of a square confusion matrix. */
export function countsOfConfusion(confusion: readonly (readonly number[])[]): ClassCounts {
  const counts = createClassCounts(confusion.length)
  confusion.forEach((row, label) => {
    counts.hits[label] = row[label]
    row.forEach((number, answer) => {
      counts.answered[answer] += number
      counts.support[label] += number
    })
  })
  return counts
}
