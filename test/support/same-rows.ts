import { Dataset } from '#src/index'

/** Rows that can be told apart: the inputs of row r are r and -r, its label is given. */
export function numberedRows(labels: readonly number[]): Dataset {
  return new Dataset({ inputs: labels.map((_, row) => [row, -row]), labels })
}

/** The row numbers that a part of such a dataset has. */
export function rowNumbers({ inputs }: Dataset): number[] {
  return Array.from(inputs).filter((_, i) => i % 2 === 0)
}

/** Labels of classes 0, 1, ... with so many rows each, class after class. */
export function labelsOf(...sizes: number[]): number[] {
  return sizes.flatMap((size, label) => new Array<number>(size).fill(label))
}

/** How many rows of each of the classes 0 to `classes` - 1 there are. */
export function classCounts({ labels }: Dataset, classes: number): number[] {
  const counts = new Array<number>(classes).fill(0)
  for (const label of labels ?? []) counts[label]++
  return counts
}

export function ascending(numbers: Iterable<number>): number[] {
  return [...numbers].sort((a, b) => a - b)
}
