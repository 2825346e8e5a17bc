import { inspectValue } from '../base/errors.js'

const decoder = new TextDecoder('utf-8', { fatal: true })

/** The maximum number of names in an object. Parsing does not pause, so more would block the event loop for long. */
const maxNames = 2 ** 16

/**
 * Parses the part of JSON that the header of a safetensors file uses: objects, lists, strings and whole numbers. Unlike
 * JSON.parse, it refuses duplicate names and reports the byte offset of every error.
 */
export class HeaderReader {
  readonly #bytes: Uint8Array
  readonly #fail: (offset: number, problem: string) => Error
  #at = 0

  /** `fail` creates the error for a problem at an offset into `bytes`. */
  constructor(bytes: Uint8Array, fail: (offset: number, problem: string) => Error) {
    this.#bytes = bytes
    this.#fail = fail
  }

  /** Reads an object. `member` is called with each name and must read the value that follows the name. */
  object(what: string, member: (name: string) => void): void {
    this.#take('{', `${what}, an object`)
    const names = new Set<string>()
    if (this.#takeIf('}')) return
    do {
      this.#skipSpace()
      const offset = this.#at
      const name = this.string('a name')
      if (names.size === maxNames) throw this.#fail(offset, `${what} has more than the limit of ${maxNames} names`)
      if (names.has(name)) throw this.#fail(offset, `the name ${inspectValue(name)} occurs twice`)
      names.add(name)
      this.#take(':', `":" after the name ${inspectValue(name)}`)
      member(name)
    } while (this.#takeIf(','))
    this.#take('}', '"," or "}"')
  }

  /** Reads a list of whole numbers. */
  integers(what: string): number[] {
    this.#take('[', `${what}, a list`)
    const values: number[] = []
    if (this.#takeIf(']')) return values
    do {
      values.push(this.#integer())
    } while (this.#takeIf(','))
    this.#take(']', '"," or "]"')
    return values
  }

  string(what: string): string {
    this.#take('"', `${what}, a string`)
    const start = this.#at - 1
    while (this.#bytes[this.#at] !== 0x22) {
      this.#at += this.#bytes[this.#at] === 0x5c ? 2 : 1
      if (this.#at >= this.#bytes.length) throw this.#fail(start, 'the string that starts here is never closed')
    }
    this.#at++
    const text = this.#decode(start)
    // An escape such as \ud800 encodes half of a surrogate pair. Refuse it, because UTF-8 cannot represent it.
    if (/\p{Surrogate}/u.test(text)) throw this.#fail(start, 'the string that starts here has half a surrogate pair')
    return text
  }

  /** Checks that only whitespace follows the last value. */
  end(): void {
    this.#skipSpace()
    if (this.#at < this.#bytes.length) throw this.#expected('only spaces after the header')
  }

  #decode(start: number): string {
    try {
      return JSON.parse(decoder.decode(this.#bytes.subarray(start, this.#at)))
    } catch (error) {
      const problem = error instanceof SyntaxError ? 'has a wrong escape or a control character' : 'is not UTF-8'
      throw this.#fail(start, `the string that starts here ${problem}`)
    }
  }

  #integer(): number {
    this.#skipSpace()
    const start = this.#at
    while (this.#bytes[this.#at] >= 0x30 && this.#bytes[this.#at] <= 0x39) this.#at++
    const digits = String.fromCharCode(...this.#bytes.subarray(start, Math.min(this.#at, start + 20)))
    if (digits === '' || (digits.length > 1 && digits[0] === '0')) {
      this.#at = start
      throw this.#expected('a whole number')
    }
    const value = Number(digits)
    if (!Number.isSafeInteger(value)) throw this.#fail(start, `the number ${digits} is above 2^53 - 1`)
    return value
  }

  #take(character: string, expected: string): void {
    if (!this.#takeIf(character)) throw this.#expected(expected)
  }

  #takeIf(character: string): boolean {
    this.#skipSpace()
    if (this.#bytes[this.#at] !== character.charCodeAt(0)) return false
    this.#at++
    return true
  }

  #skipSpace(): void {
    for (;;) {
      const byte = this.#bytes[this.#at]
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return
      this.#at++
    }
  }

  #expected(what: string): Error {
    const byte = this.#bytes[this.#at]
    const shown =
      byte > 0x20 && byte < 0x7f ? JSON.stringify(String.fromCharCode(byte)) : `byte 0x${byte?.toString(16)}`
    return this.#fail(this.#at, `expected ${what}, found ${byte === undefined ? 'the end of the header' : shown}`)
  }
}
