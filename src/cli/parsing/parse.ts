import { parseArgs } from 'node:util'
import { Arguments } from './arguments.js'
import type { Command } from './command.js'
import { suggestion } from './nearest.js'
import { UsageError } from './usage-error.js'

const helpOption = { short: 'h', meaning: 'show this help' }

/** The options of a command, with the one that all have. */
export function optionsOf({ options }: Pick<Command, 'options'>): Command['options'] {
  return { ...options, help: helpOption }
}

/** @throws UsageError naming what was typed */
export function parse(command: Command, typed: readonly string[]): Arguments {
  const options = optionsOf(command)
  const { tokens } = parseArgs({
    args: [...typed],
    // Not strict, for its errors speak of parseArgs; the tokens are checked here.
    strict: false,
    tokens: true,
    options: Object.fromEntries(
      Object.entries(options).map(([name, { value, short }]) => [
        name,
        { type: value === undefined ? ('boolean' as const) : ('string' as const), ...(short && { short }) },
      ]),
    ),
  })
  const values = new Map<string, string | true>()
  const operands: string[] = []
  for (const token of tokens) {
    if (token.kind === 'positional') operands.push(token.value)
    if (token.kind !== 'option') continue
    const { name, rawName, value, inlineValue } = token
    if (!Object.hasOwn(options, name)) {
      throw new UsageError(`${command.name} has no option ${rawName}${suggestOption(rawName, options)}`)
    }
    const placeholder = options[name].value
    if (placeholder === undefined) {
      if (value !== undefined) throw new UsageError(`${rawName} takes no value, found ${JSON.stringify(value)}`)
      values.set(name, true)
      continue
    }
    // An option that forgets its value would eat the option that follows.
    if (value === undefined || (!inlineValue && /^-{1,2}[a-z]/i.test(value))) {
      throw new UsageError(`${rawName} needs a value: ${rawName} ${placeholder}`)
    }
    values.set(name, value)
  }
  if (!values.has('help')) checkOperands(command, operands)
  return new Arguments(values, operands)
}

function suggestOption(typed: string, options: Command['options']): string {
  const names = Object.keys(options).map((name) => `--${name}`)
  return `${suggestion(typed, names)} Its options: ${names.join(', ')}`
}

function checkOperands({ name, operands }: Command, found: readonly string[]): void {
  const { usage = '', least = 0, most = 0 } = operands ?? {}
  if (found.length < least) {
    const missing = usage.split(' ').slice(found.length, least).join(' and ')
    throw new UsageError(`${name} needs ${missing}: descent-nn ${name} ${usage}`)
  }
  if (found.length <= most) return
  const taken = most === 0 ? 'only options' : `only ${usage}`
  throw new UsageError(`${name} takes ${taken}, found also ${JSON.stringify(found[most])}`)
}
