import { DataError, OptionError } from '../../index.js'
import { type Options, typedName } from './command.js'
import { UsageError } from './usage-error.js'

/**
 * Throws the error of a command again. If the error is about an option, the message then names the option as the user
 * types it, such as --batch-size instead of `batchSize`.
 * @throws UsageError instead of an OptionError; all other errors keep their class
 */
export function refuse(error: unknown, { options }: { readonly options: Options }): never {
  if (error instanceof OptionError) throw new UsageError(inTypedWords(error, options), { cause: error })
  if (error instanceof DataError && error.option !== undefined) {
    throw new DataError(inTypedWords(error, options), { cause: error })
  }
  throw error
}

/** Returns the message of an error, with the option's name as the user types it: --batch-size for `batchSize`. */
function inTypedWords(error: OptionError | DataError, options: Options): string {
  // "metrics[1]" names one element of a list. The user typed the list as a single option, so the index is removed.
  const [name] = (error.option ?? '').split('[', 1)
  return Object.hasOwn(options, name) ? renamed(error, `--${typedName(name)}`) : error.message
}

/**
 * Returns the message of an error about an option. `typed`, such as "--batch-size", replaces the option's name, such as
 * "batchSize". If the message of an OptionError does not begin with this name, `typed` is put in front of the message.
 */
export function renamed(error: OptionError | DataError, typed: string): string {
  const { message, option = '' } = error
  if (message.startsWith(option)) return typed + message.slice(option.length)
  if (error instanceof OptionError) return `${typed}: ${message}`
  // A DataError may end with advice that names an option, so the last occurrence of the name is replaced.
  const place = message.lastIndexOf(option)
  return place < 0 ? message : message.slice(0, place) + typed + message.slice(place + option.length)
}
