import { DataError, OptionError } from '../../index.js'
import { type Options, typedName } from './command.js'
import { UsageError } from './usage-error.js'

/** An error about an option speaks of the library's name for it: here it speaks of what was typed. */
export function refuse(error: unknown, { options }: { readonly options: Options }): never {
  if (error instanceof OptionError) throw new UsageError(inTypedWords(error, options), { cause: error })
  if (error instanceof DataError && error.option !== undefined) {
    throw new DataError(inTypedWords(error, options), { cause: error })
  }
  throw error
}

/** What the library says of one of its options, in terms of the one that is typed. */
function inTypedWords(error: OptionError | DataError, options: Options): string {
  // "metrics[1]" is a part of what was typed.
  const [name] = (error.option ?? '').split('[', 1)
  return Object.hasOwn(options, name) ? renamed(error, `--${typedName(name)}`) : error.message
}

/** The sentence of an error with another name for its option: in the place of the library's, or before the sentence. */
export function renamed(error: OptionError | DataError, typed: string): string {
  const { message, option = '' } = error
  if (message.startsWith(option)) return typed + message.slice(option.length)
  if (error instanceof OptionError) return `${typed}: ${message}`
  // Data are what such an error is about; an option it advises at the end.
  const place = message.lastIndexOf(option)
  return place < 0 ? message : message.slice(0, place) + typed + message.slice(place + option.length)
}
