import { OptionError, optionError } from '../base/errors.js'

/** Checks the names of the classes and returns a copy. @throws OptionError unless there is one name for each output */
export function checkLabelNames(labelNames: readonly string[], outputs: number): readonly string[] {
  if (!Array.isArray(labelNames) || !labelNames.every((name) => typeof name === 'string')) {
    throw optionError({ labelNames }, 'a list of names')
  }
  if (labelNames.length !== outputs) {
    throw new OptionError(
      `labelNames must have one name for each of the ${outputs} outputs, not ${labelNames.length}`,
      {
        option: 'labelNames',
        value: labelNames,
      },
    )
  }
  return [...labelNames]
}
