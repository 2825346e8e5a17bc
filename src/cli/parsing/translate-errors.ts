import { DataError, OptionError } from '../../index.js'
import { type Options, typedName } from './command.js'
import { UsageError } from './usage-error.js'

/** Replaces the library's name of an option in an error with the typed one. @throws always */
export function refuse(error: unknown, { options }: { readonly options: Options }): never {
  if (error instanceof OptionError) throw new UsageError(inTypedWords(error, options), { cause: error })
  if (error instanceof DataError && error.option !== undefined) {
    throw new DataError(inTypedWords(error, options), { cause: error })
  }
  throw error
}

/** The message of an error, with the typed name of its option. */
function inTypedWords(error: OptionError | DataError, options: Options): string {
  // "metrics[1]" is an element of what was typed.
  const [name] = (error.option ?? '').split('[', 1)
  return Object.hasOwn(options, name) ? renamed(error, `--${typedName(name)}`) : error.message
}

/** Puts another name of the option into a message: in place of the library's, or in front of the message. */
export function renamed(error: OptionError | DataError, typed: string): string {
  const { message, option = '' } = error
  if (message.startsWith(option)) return typed + message.slice(option.length)
  if (error instanceof OptionError) return `${typed}: ${message}`
  // A DataError is about data, and names an option only as advice at the end.
  const place = message.lastIndexOf(option)
  return place < 0 ? message : message.slice(0, place) + typed + message.slice(place + option.length)
}
