import { OptionError } from './errors.js'

/** The characters that may divide the cells of a line of CSV. */
export const delimiters = [',', ';', '\t', '|'] as const
export type Delimiter = (typeof delimiters)[number]

/** The characters that may stand between the whole part and the fraction of a number. */
export const decimalMarks = ['.', ','] as const
export type DecimalMark = (typeof decimalMarks)[number]

/** @throws OptionError if numbers have decimal commas, and cells are divided by commas too */
export function checkDecimal(decimal: DecimalMark, delimiter: Delimiter): void {
  if (decimal !== ',' || delimiter !== ',') return
  throw new OptionError('decimal "," needs a delimiter other than ",", which would divide the numbers', {
    option: 'decimal',
    value: decimal,
  })
}

/**
 * Checks whether the first line of a text looks divided by a delimiter other than `delimiter`, and returns this other
 * delimiter. It divides the line into more cells than `delimiter` does, or it divides one of the cells into numbers, as
 * in `7,93;11,034`. Returns undefined if no other delimiter does so.
 * @param cells The cells between the delimiters. A quoted cell must be replaced by an empty text.
 */
export function otherDelimiter(cells: readonly string[], delimiter: Delimiter): Delimiter | undefined {
  return delimiters.find((other) => {
    if (other === delimiter) return false
    const parts = cells.map((cell) => cell.split(other))
    const divisions = parts.reduce((sum, { length }) => sum + length - 1, 0)
    return divisions >= cells.length || parts.some((texts) => texts.length > 1 && texts.every(isNumber))
  })
}

/** Returns the message for a line that looks divided by another delimiter. `option` is what the user must set. */
export function looksDivided(other: Delimiter, delimiter: Delimiter, option: string): string {
  const [found, expected] = [other, delimiter].map((character) => JSON.stringify(character))
  return `the cells look divided by ${found}, not by ${expected}: say so with the option ${option}`
}

const isNumber = (text: string): boolean => /^\s*[+-]?[\d.]*\d[\d.]*\s*$/.test(text)

/** Whether a text is a number with a decimal comma, such as "7,93". */
export const hasDecimalComma = (text: string): boolean => /^[+-]?\d*,\d+(e[+-]?\d+)?$/i.test(text)
