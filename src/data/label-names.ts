import { checkInteger } from '../base/checks.js'
import { DataError, optionError } from '../base/errors.js'
import { plainNumber } from './labels.js'

export interface NamedLabels {
  /** The class number of each row, which is the index of the class's name in `names`. */
  readonly labels: Int32Array
  /** The name of each class. */
  readonly names: string[]
}

/** Returns the number that a text is, or undefined if it is not a finite decimal number. */
function numberIn(text: string): number | undefined {
  const isNumber = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) && Number.isFinite(Number(text))
  // The sum turns -0 into 0.
  return isNumber ? Number(text) + 0 : undefined
}

/**
 * Returns the numbers that class names are, or undefined if a name is not a number. If all classes of a column are
 * numbers, they are compared as numbers, so that "1", "1.0" and "01" are one class. Otherwise all are compared as text.
 */
export function numbersOf(names: readonly string[]): number[] | undefined {
  const numbers = names.map(numberIn)
  return numbers.every((number) => number !== undefined) ? numbers : undefined
}

/**
 * Returns the function that finds the index of a class in the list of class names. The function returns undefined for
 * a class that is not in the list.
 */
export function placesOf(names: readonly string[]): (name: string) => number | undefined {
  const numbers = numbersOf(names)
  const places = new Map<string | number | undefined, number>((numbers ?? names).map((name, place) => [name, place]))
  return numbers ? (name) => places.get(numberIn(name) ?? name) : (name) => places.get(name)
}

/**
 * Turns class names, one for each row, into class numbers, like scikit-learn's LabelEncoder. The classes are numbered
 * in the order of their sorted names. Text is sorted by UTF-16 code units, so capitals come first. Numbers are sorted
 * by value. If every name is a number or the text of a number, names are compared as numbers: "1", "1.0" and "01" are
 * the class "1".
 * @throws OptionError if there are no rows; DataError if a name is neither text nor a finite number, or if names mix
 * text and numbers
 */
export function labelsFrom(names: ArrayLike<string | number>): NamedLabels {
  if (!(names?.length > 0) || typeof names === 'string')
    throw optionError({ names }, 'a list of at least one class name')
  const type = typeof names[0]
  const different = new Set<string | number>()
  for (let row = 0; row < names.length; row++) {
    const name = names[row]
    if (typeof name !== 'string' && !Number.isFinite(name)) {
      throw new DataError(`class name ${String(name)} at row ${row} must be text or a finite number`)
    }
    if (typeof name !== type) {
      throw new DataError(
        `class name ${JSON.stringify(name)} at row ${row} is a ${typeof name}, but the names before it are ${type}s`,
      )
    }
    different.add(name)
  }
  const texts = Array.from(different, String)
  const classes: (string | number)[] = [...new Set<string | number>(numbersOf(texts) ?? texts)]
  const sorted = classes.sort((a, b) => (a < b ? -1 : 1)).map(String)
  const placeOf = placesOf(sorted)
  const places = new Map(Array.from(different, (name) => [name, placeOf(String(name)) ?? 0]))
  return { labels: Int32Array.from(names, (name) => places.get(name) ?? 0), names: sorted }
}

/**
 * Turns lists of class numbers, one list for each row, into targets of ones and zeros (rows x classes, row-major). The
 * target in row r and column c is 1 if the list of row r contains c. A list may be empty. `classes` is the number of
 * classes. Default: the largest class number plus one.
 * @throws OptionError if there are no rows or `classes` is below 1; DataError if a class number is not a whole number
 * or is out of range, or if `classes` is not given and no row has a class
 */
export function multiHot(rows: ArrayLike<ArrayLike<number> | ArrayLike<bigint>>, classes?: number): Float32Array {
  if (!(rows?.length > 0)) throw optionError({ rows }, 'a list of at least one row of class numbers')
  if (classes !== undefined) checkInteger({ classes }, 1)
  let largest = -1
  forEachClass(rows, (number, row) => {
    if (!Number.isInteger(number) || number < 0) {
      throw new DataError(`class ${number} at row ${row} must be a whole number of at least 0`)
    }
    if (classes !== undefined && number >= classes) {
      throw new DataError(
        `class ${number} at row ${row} is out of range: ${classes} classes go from 0 to ${classes - 1}`,
      )
    }
    if (number > largest) largest = number
  })
  const width = classes ?? largest + 1
  if (width === 0) throw new DataError('no row has a class: the number of classes must be given')
  const targets = new Float32Array(rows.length * width)
  forEachClass(rows, (number, row) => {
    targets[row * width + number] = 1
  })
  return targets
}

function forEachClass(rows: Parameters<typeof multiHot>[0], visit: (number: number, row: number) => void): void {
  for (let row = 0; row < rows.length; row++) {
    if (typeof rows[row]?.length !== 'number')
      throw optionError({ [`row ${row}`]: rows[row] }, 'a list of class numbers')
    for (let i = 0; i < rows[row].length; i++) visit(plainNumber(rows[row][i]) as number, row)
  }
}
