import { DataError, OptionError } from '../../index.js'
import type { Command, Options } from './command.js'
import { typedName } from './settings.js'
import { UsageError } from './usage-error.js'

/** What the library's sentences are about that begin with no option's name. */
const subjects = [
  [/^the cost .* is not defined for/, '--cost and --output-activation contradict each other'],
  [/^the metric .* is not defined for the training/, '--training-metrics'],
  [/^the metric .* is not defined for/, '--metrics'],
] as const

/** What readers of tables say of the library's options, and what was typed for them. */
const phrases = [
  [/with the option header (?=whether)/, 'with --header yes or no '],
  [/(?<=; )labelNames(?= says which)/, '--label-names'],
  [/(?<=is not one of )labelNames/, '--label-names'],
  [/(?<=; select the numeric columns with )inputs$/, '--inputs'],
  [/: read it with readNpy$/, ': it is read without --stream'],
] as const

/** An error about an option speaks of the library's: the one that was typed begins with two hyphens. */
export function refuse(error: unknown, { options }: Pick<Command, 'options'>): never {
  if (error instanceof DataError && Object.hasOwn(options, 'label-names')) {
    const message = phrases.reduce((text, [phrase, typed]) => text.replace(phrase, typed), error.message)
    throw new DataError(message, { cause: error })
  }
  if (!(error instanceof OptionError)) throw error
  throw new UsageError(inTypedWords(error.message, options), { cause: error })
}

/** A sentence of the library about one of its options, in terms of those that were typed. */
function inTypedWords(message: string, options: Options): string {
  const [name, ...rest] = message.split(' ')
  // "metrics[1]" is a part of what was typed.
  const option = typedName(name.replace(/\[\d+\]$/, ''))
  if (Object.hasOwn(options, option)) return [`--${option}`, ...rest].join(' ')
  const subject = subjects.find(([pattern]) => pattern.test(message))
  return subject ? `${subject[1]}: ${message}` : message
}
