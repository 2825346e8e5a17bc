import { DataError, type Dataset } from '../../index.js'

/** More different numbers than this are no classes, as for the texts of `findLabelNames`. */
const mostClasses = 10_000

/**
 * The names of classes whose labels are whole numbers: the numbers in their order, or the texts that stood for them; none
 * where the numbers are 0 to n - 1 and each of them is there. Otherwise a network would have outputs for no class.
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
 * Makes class numbers of labels that are numbers and stand for names, where the names are numbers too.
 * @throws DataError, which begins with `where`, at a label that is none of them
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
