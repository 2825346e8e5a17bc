import { labelsFrom } from '../../data/label-names.js'

/** Class names that are collected while a table is read: the result of `findLabelNames`. */
export interface FoundLabelNames {
  /** The names found so far, in the order in which they appeared. */
  readonly names: readonly string[]
  /** The provisional number of a name: its index in `names`. Undefined for an empty string, and for the 10,001st name. */
  numberOf(name: string): number | undefined
  /**
   * Sorts the names as `labelsFrom` does, and renumbers `labels`, the labels of all rows read, to match. Returns the sorted
   * names, or undefined if every name is a class number already: then `labels` become those numbers. Call it once, at the end:
   * until then the numbers follow no particular order.
   */
  sort(labels?: Int32Array): string[] | undefined
}

/** The most different labels that can be classes. */
export const maxClasses = 10_000

/**
 * Collects the class names while rows are read, when they are not known beforehand. Use it for one reading of one or more tables:
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
      if (name === '' || names.length === maxClasses) return undefined
      numbers.set(name, names.length)
      return names.push(name) - 1
    },
    sort(labels = new Int32Array()) {
      if (names.length === 0) return undefined
      const areNumbers = names.every((name) => /^\d{1,9}$/.test(name))
      const sorted = labelsFrom(names)
      const numbersOf = areNumbers ? Int32Array.from(names, Number) : sorted.labels
      for (let row = 0; row < labels.length; row++) labels[row] = numbersOf[labels[row]]
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
