import { Dataset } from '#src/index'

/** Distinguishable rows: row r has the inputs r and -r, and the given label. */
export function numberedRows(labels: readonly number[]): Dataset {
  return new Dataset({ inputs: labels.map((_, row) => [row, -row]), labels })
}

/** The row numbers in a part of such a dataset. */
export function rowNumbers({ inputs }: Dataset): number[] {
  return Array.from(inputs).filter((_, i) => i % 2 === 0)
}

/** Labels of classes 0, 1, ... with the given numbers of rows, class after class. */
export function labelsOf(...sizes: number[]): number[] {
  return sizes.flatMap((size, label) => new Array<number>(size).fill(label))
}

/** The number of rows in each of the classes 0 to `classes` - 1. */
export function classCounts({ labels }: Dataset, classes: number): number[] {
  const counts = new Array<number>(classes).fill(0)
  for (const label of labels ?? []) counts[label]++
  return counts
}

export function ascending(numbers: Iterable<number>): number[] {
  return [...numbers].sort((a, b) => a - b)
}
