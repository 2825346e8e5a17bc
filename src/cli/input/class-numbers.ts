import { DataError, type Dataset } from '../../index.js'

/** The maximum number of classes. The library has the same limit for labels that are texts. */
const mostClasses = 10_000

/**
 * Returns the class names, in ascending order, for labels that are numbers. The name of the label 7 is "07" if `texts`
 * contains "07", and otherwise "7". Returns undefined if the labels are 0, 1, 2 and so on without gaps, because such
 * labels need no names.
 * @throws DataError if there are too many classes. The message begins with `where`
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
  const names = new Map(
    texts
      .filter((text) => /^\d+$/.test(text))
      .reverse()
      .map((text) => [Number(text), text]),
  )
  return [...numbers].sort((a, b) => a - b).map((number) => names.get(number) ?? String(number))
}

/**
 * If all class names (`names`) are numbers, replaces each label by its index in the class names.
 * @throws DataError if a label is not one of the names. The message begins with `where`
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
