import { type DecimalMark, type Delimiter, decimalMarks, delimiters } from '../../base/delimiters.js'

/** Says which values the user may type for an option, and parses them. */
export interface Kind<T> {
  /** The description of valid values in error messages, such as "a number above 0". */
  readonly expected: string
  /** The placeholder for the value in the help, such as "N". An option can replace it with its own placeholder. */
  readonly placeholder?: string
  /** Parses a text. Returns undefined if the text is not valid. */
  readonly read: (text: string) => T | undefined
}

const ranges = {
  'above 0': (value: number) => value > 0,
  'of at least 0': (value: number) => value >= 0,
  'from 0 to below 1': (value: number) => value >= 0 && value < 1,
  'from 0 to 1': (value: number) => value >= 0 && value <= 1,
  'above 0 and below 1': (value: number) => value > 0 && value < 1,
  'from 0 to 180': (value: number) => value >= 0 && value <= 180,
} as const

/** Returns a parser that accepts finite numbers in the range. */
export function numberKind(range: keyof typeof ranges): Kind<number> {
  return {
    expected: `a number ${range}`,
    read(text) {
      const value = text.trim() === '' ? Number.NaN : Number(text)
      return Number.isFinite(value) && ranges[range](value) ? value : undefined
    },
  }
}

export function wholeKind(from: number, to = Number.MAX_SAFE_INTEGER): Kind<number> {
  return {
    placeholder: 'N',
    expected: `a whole number ${to === Number.MAX_SAFE_INTEGER ? `of at least ${from}` : `from ${from} to ${to}`}`,
    read(text) {
      const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
      return value >= from && value <= to ? value : undefined
    },
  }
}

export function oneOf<const T extends string>(...choices: readonly T[]): Kind<T> {
  return { placeholder: 'NAME', expected: listed(choices), read: (text) => choices.find((choice) => choice === text) }
}

/** Accepts the character between two cells of CSV. A tab is hard to type in a shell, so `\t` stands for it. */
export const delimiterKind: Kind<Delimiter> = {
  placeholder: 'CHARACTER',
  expected: '",", ";", "|" or "\\t" (a tab)',
  read: (text) => (text === '\\t' ? '\t' : delimiters.find((delimiter) => delimiter === text)),
}

export const decimalKind: Kind<DecimalMark> = {
  placeholder: 'CHARACTER',
  expected: '"." or ","',
  read: (text) => decimalMarks.find((mark) => mark === text),
}

export const yesOrNo: Kind<boolean> = {
  placeholder: 'ANSWER',
  expected: 'yes or no',
  read: (text) => (text === 'yes' ? true : text === 'no' ? false : undefined),
}

/** Returns a parser that accepts any name, because the library rejects unknown names with its own error. */
export function nameKind<T extends string = string>(): Kind<T> {
  return { placeholder: 'NAME', expected: 'a name', read: (text) => (text === '' ? undefined : (text as T)) }
}

/**
 * Extends a parser to accept "none". The user types "none" to remove a value that is set in the file that --from names.
 */
export function orNone<T>({ expected, read }: Kind<T>): Kind<T | 'none'> {
  return { expected: `none or ${expected}`, read: (text) => (text === 'none' ? text : read(text)) }
}

/**
 * Returns a parser that accepts one value, or several values separated by commas. In error messages, `meaning`
 * describes a list of values.
 */
export function listOf<T>({ expected, read }: Kind<T>, meaning: string): Kind<T[]> {
  return {
    expected: `${expected}, or ${meaning}`,
    read(text) {
      const values = text.split(',').map((part) => read(part.trim()))
      return values.every((value) => value !== undefined) ? values : undefined
    },
  }
}

/** Joins choices for a sentence: "auto, native or typescript". */
export function listed(choices: readonly string[]): string {
  const last = choices[choices.length - 1]
  return choices.length === 1 ? last : `${choices.slice(0, -1).join(', ')} or ${last}`
}
