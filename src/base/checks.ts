import { OptionError, optionError } from './errors.js'

/** Throws unless the option is a whole number from `from` to `to`. */
export function checkInteger(option: Record<string, unknown>, from: number, to = Number.MAX_SAFE_INTEGER): void {
  const [value] = Object.values(option)
  if (typeof value === 'number' && Number.isInteger(value) && value >= from && value <= to) return
  const range = to === Number.MAX_SAFE_INTEGER ? `of at least ${from}` : `from ${from} to ${to}`
  throw optionError(option, `a whole number ${range}`)
}

/** What other libraries call an option. */
const synonyms: Readonly<Record<string, string>> = { loss: 'cost' }

/** Throws unless `object` is an object with known keys only: a misspelled option is an error, never ignored. */
export function checkKeys(what: string, object: object, known: readonly string[]): void {
  if (typeof object !== 'object' || object === null) throw optionError({ [`${what} options`]: object }, 'an object')
  for (const [key, value] of Object.entries(object)) {
    if (known.includes(key)) continue
    const ours =
      Object.hasOwn(synonyms, key) && known.includes(synonyms[key]) ? `descent calls it ${synonyms[key]}; ` : ''
    const message = `unknown ${what} option ${JSON.stringify(key)}; ${ours}known: ${known.join(', ')}`
    throw new OptionError(message, { option: key, value })
  }
}

/** Throws unless `signal` is undefined or an AbortSignal. Signals from another realm have another class, so it checks a method. */
export function checkSignal(signal: unknown): void {
  if (signal === undefined || typeof (signal as AbortSignal | null)?.throwIfAborted === 'function') return
  throw optionError({ signal }, 'an AbortSignal')
}
