import { quoted } from '../../base/printable.js'

/** Quotes a string for a message. A long string is shortened, and line ends are escaped. */
export function quote(text: string): string {
  return quoted(text.length > 40 ? `${text.slice(0, 37)}...` : text)
}

/** Describes a column in a message: 'column "petal" (3)', or 'column 3' if columns have no names. */
export function columnName(names: readonly string[] | undefined, column: number): string {
  return names && column < names.length ? `column ${quote(names[column])} (${column})` : `column ${column}`
}

/** Lists the first eight names for a message, followed by the number of names that are left out. */
export function listNames(names: readonly string[]): string {
  const shown = names.slice(0, 8).map(quote).join(', ')
  return names.length > 8 ? `${shown} and ${names.length - 8} more` : shown
}
