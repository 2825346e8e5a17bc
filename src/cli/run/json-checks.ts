import { inspectValue } from '../../base/errors.js'
import { openFile } from '../../base/files.js'
import { onOneLine } from '../../base/printable.js'
import { ModelError, OptionError } from '../../index.js'

export type Fields = Readonly<Record<string, unknown>>

/**
 * The maximum size in bytes of a JSON file that describes a training run. A larger file was probably named by mistake,
 * and is not read.
 */
const mostBytes = 2 ** 20

/**
 * Parses the JSON file that describes a training run.
 * @throws ModelError if the file cannot be read, is too large or is not JSON
 */
export async function readJson(path: string): Promise<unknown> {
  const file = await openFile(path, ModelError)
  try {
    if (file.size > mostBytes) {
      throw new ModelError(`${path} has ${file.size} bytes: the description of a run has at most ${mostBytes}`)
    }
    const bytes = new Uint8Array(file.size)
    const length = await file.read(bytes, 0)
    return JSON.parse(Buffer.from(bytes.buffer, 0, length).toString())
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw new ModelError(`${path} must be the description of a run in JSON: ${onOneLine(error.message)}`, {
      cause: error,
    })
  } finally {
    await file.close()
  }
}

/** Checks the fields of the JSON file that describes a training run. Errors name the file and the field. */
export interface Sheet {
  fail(field: string, expected: string, value: unknown): never
  fields(where: string, value: unknown, required: readonly string[], optional: readonly string[]): Fields
  whole(field: string, value: unknown, from: number): number
  choice<T extends string>(field: string, value: unknown, choices: readonly T[]): T
  /** Runs a check of the library. If the check throws an OptionError, adds the file and the section to the message. */
  library<T>(section: string, work: () => T): T
}

export function sheetOf(path: string): Sheet {
  const fail: Sheet['fail'] = (field, expected, value) => {
    throw new ModelError(`${path}: ${field} must be ${expected}, not ${inspectValue(value)}`)
  }
  return {
    fail,
    fields(where, value, required, optional) {
      const what = where === '' ? 'the description of a run' : where
      const known = [...required, ...optional]
      if (!isFields(value)) return fail(what, `an object with ${known.join(', ')}`, value)
      const unknown = Object.keys(value).find((name) => !known.includes(name))
      if (unknown !== undefined) {
        throw new ModelError(
          `${path}: ${what} has an unknown field ${JSON.stringify(unknown)}; known: ${known.join(', ')}`,
        )
      }
      const missing = required.find((name) => !Object.hasOwn(value, name))
      if (missing !== undefined) {
        throw new ModelError(`${path}: ${what} lacks the field ${missing}; it must have ${required.join(', ')}`)
      }
      return value
    },
    whole(field, value, from) {
      if (isNumber(value) && Number.isSafeInteger(value) && value >= from) return value
      return fail(field, `a whole number of at least ${from}`, value)
    },
    choice(field, value, choices) {
      return choices.find((choice) => choice === value) ?? fail(field, `one of ${choices.join(', ')}`, value)
    },
    library(section, work) {
      try {
        return work()
      } catch (error) {
        if (!(error instanceof OptionError)) throw error
        throw new ModelError(`${path}: ${section}: ${error.message}`, { cause: error })
      }
    },
  }
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export const isNumber = (value: unknown): value is number => typeof value === 'number'
