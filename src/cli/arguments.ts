import { UsageError } from './usage-error.js'

/** What was typed after the name of a command, checked option by option as the command asks for it. */
export class Arguments<Name extends string = string> {
  readonly #values: ReadonlyMap<string, string | true>
  readonly operands: readonly string[]

  constructor(values: ReadonlyMap<string, string | true>, operands: readonly string[]) {
    this.#values = values
    this.operands = operands
  }

  /** Whether the option was typed. */
  has(name: Name): boolean {
    return this.#values.has(name)
  }

  text(name: Name): string | undefined {
    const value = this.#values.get(name)
    return typeof value === 'string' ? value : undefined
  }

  choice<T extends string>(name: Name, choices: readonly T[]): T | undefined {
    const text = this.text(name)
    if (text === undefined) return undefined
    return choices.find((choice) => choice === text) ?? this.#refuse(name, listed(choices))
  }

  whole(name: Name, from: number, to = Number.MAX_SAFE_INTEGER): number | undefined {
    const text = this.text(name)
    if (text === undefined) return undefined
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
    if (value >= from && value <= to) return value
    const range = to === Number.MAX_SAFE_INTEGER ? `of at least ${from}` : `from ${from} to ${to}`
    return this.#refuse(name, `a whole number ${range}`)
  }

  /** A finite number: above 0, or at least 0. */
  number(name: Name, range: 'above 0' | 'of at least 0'): number | undefined {
    const text = this.text(name)
    if (text === undefined) return undefined
    const value = text.trim() === '' ? Number.NaN : Number(text)
    if (Number.isFinite(value) && (value > 0 || (value === 0 && range === 'of at least 0'))) return value
    return this.#refuse(name, `a number ${range}`)
  }

  /** The sizes of layers, "100,30"; "none" stands for no layer at all. */
  sizes(name: Name): number[] | undefined {
    const text = this.text(name)
    if (text === undefined) return undefined
    if (text === 'none') return []
    const sizes = text.split(',').map((size) => (/^\d+$/.test(size.trim()) ? Number(size) : 0))
    if (sizes.every((size) => size >= 1 && size <= Number.MAX_SAFE_INTEGER)) return sizes
    return this.#refuse(name, 'none or the sizes of layers, such as 30 or 100,30')
  }

  #refuse(name: Name, expected: string): never {
    throw new UsageError(`--${name} must be ${expected}, not ${JSON.stringify(this.text(name))}`)
  }
}

/** "auto, native or typescript" */
function listed(choices: readonly string[]): string {
  return `${choices.slice(0, -1).join(', ')} or ${choices[choices.length - 1]}`
}
