import { OptionError, optionError } from '../base/errors.js'

/** Whether the value is a list of `width` names. */
export function areColumnNames(value: unknown, width: number): value is readonly string[] {
  return Array.isArray(value) && value.length === width && value.every((name) => typeof name === 'string')
}

/**
 * Checks the names of the columns of a dataset, and returns a copy. Several columns may have the same name, as in a
 * file.
 * @throws OptionError unless there is one name for each of the `width` columns
 */
export function checkColumnNames(inputNames: unknown, width: number): readonly string[] | undefined {
  if (inputNames === undefined) return undefined
  if (areColumnNames(inputNames, width)) return [...inputNames]
  if (!Array.isArray(inputNames) || !inputNames.every((name) => typeof name === 'string')) {
    throw optionError({ inputNames }, 'a list of names')
  }
  throw new OptionError(`inputNames must have a name for each of the ${width} inputs, not ${inputNames.length}`, {
    option: 'inputNames',
    value: inputNames,
  })
}
