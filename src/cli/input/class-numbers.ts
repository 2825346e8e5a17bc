import { DataError, type Dataset } from '../../index.js'

/** The most classes that labels can have, as in `findLabelNames`. */
const mostClasses = 10_000

/**
 * The names of classes whose labels are whole numbers: the sorted numbers, or the texts they were read from. Undefined if
 * the numbers are exactly 0 to n - 1. With gaps and no names, a network would have outputs without a class.
 * @throws DataError, which begins with `where`
 */
export function namesOfNumbers(
  where: string,
  numbers: ReadonlySet<number>,
  texts: readonly string[] = [],
): string[] | undefined {
  let largest = -1
  for (const number of numbers) largest = Math.max(largest, number)
  if (largest < numbers.size) return undefined
  if (numbers.size > mostClasses) {
    const found = `${numbers.size} different ones up to ${largest}`
    throw new DataError(`${where}: the labels are ${found}; ${mostClasses} are the most that can be classes`)
  }
  const names = new Map([...texts].reverse().map((text) => [Number(text), text]))
  return [...numbers].sort((a, b) => a - b).map((number) => names.get(number) ?? String(number))
}

/**
 * Replaces labels by class numbers if the names of the classes are numbers.
 * @throws DataError, which begins with `where`, if a label is not one of the names
 */
export function numberByNames({ labels }: Dataset, names: readonly string[], where: string): void {
  if (!labels || !names.every((name) => /^\d+$/.test(name))) return
  const places = new Map(names.map((name, place) => [Number(name), place]))
  labels.forEach((label, row) => {
    const place = places.get(label)
    if (place === undefined)
      throw new DataError(`${where}: the label ${label} is not one of --label-names: ${names.join(', ')}`)
    labels[row] = place
  })
}
