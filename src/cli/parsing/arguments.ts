import { type Kind, numberKind, orNone, type Range, wholeKind } from './option-parsers.js'
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
    return choices.find((choice) => choice === text) ?? this.refuse(name, listed(choices))
  }

  whole(name: Name, from: number, to?: number): number | undefined {
    return this.value(name, wholeKind(from, to))
  }

  /** null for "none", which takes back what a description file says. */
  wholeOrNone(name: Name, from: number): number | null | undefined {
    return this.value(name, orNone(wholeKind(from)))
  }

  /** A finite number. */
  number(name: Name, range: Range): number | undefined {
    return this.value(name, numberKind(range))
  }

  /** null for "none", which takes back what a description file says. */
  numberOrNone(name: Name, range: Range): number | null | undefined {
    return this.value(name, orNone(numberKind(range)))
  }

  value<T>(name: Name, { expected, read }: Kind<T>): T | undefined {
    const text = this.text(name)
    if (text === undefined) return undefined
    const value = read(text)
    return value === undefined ? this.refuse(name, expected) : value
  }

  /** The sizes of layers, "100,30"; "none" stands for no layer at all. */
  sizes(name: Name): number[] | undefined {
    const text = this.text(name)
    if (text === undefined) return undefined
    if (text === 'none') return []
    const sizes = text.split(',').map((size) => (/^\d+$/.test(size.trim()) ? Number(size) : 0))
    if (sizes.every((size) => size >= 1 && size <= Number.MAX_SAFE_INTEGER)) return sizes
    return this.refuse(name, 'none or the sizes of layers, such as 30 or 100,30')
  }

  /** @throws UsageError always: what was expected, and what was typed */
  refuse(name: Name, expected: string): never {
    throw new UsageError(`--${name} must be ${expected}, not ${JSON.stringify(this.text(name))}`)
  }
}

/** "auto, native or typescript" */
export function listed(choices: readonly string[]): string {
  const last = choices[choices.length - 1]
  return choices.length === 1 ? last : `${choices.slice(0, -1).join(', ')} or ${last}`
}
