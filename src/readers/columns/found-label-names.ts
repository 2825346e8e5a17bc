import { labelsFrom, numbersOf } from '../../data/label-names.js'
import { isClassNumber } from '../../data/labels.js'

/** The result of `findLabelNames`. It collects the class names while a table is read. */
export interface FoundLabelNames {
  /** The names found so far, in the order in which they appeared. */
  readonly names: readonly string[]
  /**
   * Returns the provisional number of a name, which is its index in `names`. A new name is added to `names`. Returns
   * undefined for an empty string, and for a new name if `names` already has 10,000 names.
   */
  numberOf(name: string): number | undefined
  /**
   * Sorts the names in the same way as `labelsFrom`, and returns them. `labels` are the labels of all rows. Each
   * provisional number in `labels` is replaced by the index of its name in the sorted names. Call this method once,
   * after all rows have been read.
   *
   * If all names are whole numbers from 0, such as "7" or "7.0", the labels become these numbers instead, and the method
   * returns undefined.
   */
  sort(labels?: Int32Array): string[] | undefined
}

/** The maximum number of different class names that are collected. */
export const maxClasses = 10_000

/**
 * Collects the class names while rows are read, if the names are not known beforehand. Use it in three steps:
 * `const found = findLabelNames()`, then `rows = await readCsv(path, { label, labelNames: found })`, then
 * `network.labelNames = found.sort(rows.labels)`. One `found` can collect the names of several tables, but only until
 * `sort` is called.
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
      const sorted = labelsFrom(names)
      const areNumbers = numbersOf(names)?.every((number) => isClassNumber(number)) ?? false
      const labelOf = areNumbers ? Int32Array.from(names, Number) : sorted.labels
      for (let row = 0; row < labels.length; row++) labels[row] = labelOf[labels[row]]
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
