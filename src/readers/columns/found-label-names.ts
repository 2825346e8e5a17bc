import { labelsFrom } from '../../data/label-names.js'

/** Class names that are found while a table is read: what `findLabelNames` gives. */
export interface FoundLabelNames {
  /** The names that have come so far, in the order in which they came. */
  readonly names: readonly string[]
  /** The number that a name has for the time being: the place where it came. Undefined for no text, and for the 10,001st name. */
  numberOf(name: string): number | undefined
  /**
   * Numbers the labels of all rows that were read in the order of `labelsFrom`, and gives the names in that order; undefined where
   * each is a class number already, which the labels then become. It is for the end: before it, labels are in no order.
   */
  sort(labels?: Int32Array): string[] | undefined
}

/** More different labels than this are no classes. */
export const mostClasses = 10_000

/**
 * Stands for `labelNames` where nobody knows them, in one reading of one table or more:
 * `const found = findLabelNames()`, `rows = await readCsv(path, { label, labelNames: found })`, and then
 * `network.labelNames = found.sort(rows.labels)`.
 */
export function findLabelNames(): FoundLabelNames {
  const numbers = new Map<string, number>()
  const names: string[] = []
  return {
    names,
    numberOf(name) {
      const known = numbers.get(name)
      if (known !== undefined) return known
      if (name === '' || names.length === mostClasses) return undefined
      numbers.set(name, names.length)
      return names.push(name) - 1
    },
    sort(labels = new Int32Array()) {
      if (names.length === 0) return undefined
      const areNumbers = names.every((name) => /^\d{1,9}$/.test(name))
      const sorted = labelsFrom(names)
      const places = areNumbers ? Int32Array.from(names, Number) : sorted.labels
      for (let row = 0; row < labels.length; row++) labels[row] = places[labels[row]]
      return areNumbers ? undefined : sorted.names
    },
  }
}

export function isFoundLabelNames(value: unknown): value is FoundLabelNames {
  return (
    typeof value === 'object' &&
    value !== null &&
    'sort' in value &&
    typeof value.sort === 'function' &&
    'numberOf' in value
  )
}
