import { OptionError, optionError } from './errors.js'

/**
 * Throws OptionError unless the option is a whole number from `from` to `to`. Pass the option as an object with one
 * key, such as `{ width }`.
 */
export function checkInteger(option: Record<string, unknown>, from: number, to = Number.MAX_SAFE_INTEGER): void {
  const [value] = Object.values(option)
  if (typeof value === 'number' && Number.isInteger(value) && value >= from && value <= to) return
  const range = to === Number.MAX_SAFE_INTEGER ? `of at least ${from}` : `from ${from} to ${to}`
  throw optionError(option, `a whole number ${range}`)
}

/** Throws OptionError unless the option is a finite number of at least 0. Pass it as an object with one key. */
export function checkNotNegative(option: Record<string, unknown>): void {
  const [value] = Object.values(option)
  if (!(typeof value === 'number' && Number.isFinite(value) && value >= 0)) {
    throw optionError(option, 'a number of at least 0')
  }
}

/** Maps the names that other libraries use for an option to the names of this library. */
const synonyms: Readonly<Record<string, string>> = { loss: 'cost' }

/**
 * Throws OptionError if `object` is not an object or has a key that is not in `known`. So a misspelled option is never
 * ignored.
 */
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

/**
 * Throws OptionError unless `signal` is undefined or has the method throwIfAborted. A check with `instanceof
 * AbortSignal` would refuse a signal from another iframe, because each iframe has its own class AbortSignal.
 */
export function checkSignal(signal: unknown): void {
  if (signal === undefined || typeof (signal as AbortSignal | null)?.throwIfAborted === 'function') return
  throw optionError({ signal }, 'an AbortSignal')
}

/**
 * Returns whether the result of a caller's function is a promise. Use it where a promise is refused. It handles the
 * rejection of the promise, because a rejection that nobody handles would end the process.
 */
export function isRefusedPromise(result: unknown): boolean {
  if (typeof (result as PromiseLike<unknown> | null | undefined)?.then !== 'function') return false
  Promise.resolve(result).catch(() => undefined)
  return true
}

/** Returns whether a value, such as one that was parsed from JSON, is an object with members and not an array. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
