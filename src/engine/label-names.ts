import { classCount } from '../base/argmax.js'
import { OptionError, optionError } from '../base/errors.js'

/**
 * Checks the names of the classes and returns a copy.
 * @throws OptionError unless there is one name for each output, or two names for a single output
 */
export function checkLabelNames(labelNames: readonly string[], outputs: number): readonly string[] {
  if (!Array.isArray(labelNames) || !labelNames.every((name) => typeof name === 'string')) {
    throw optionError({ labelNames }, 'a list of names')
  }
  if (labelNames.length !== classCount(outputs)) {
    const expected =
      outputs === 1
        ? 'two names for a network with one output, those of class 0 and 1'
        : `one name for each of the ${outputs} outputs`
    throw new OptionError(`labelNames must have ${expected}, not ${labelNames.length}`, {
      option: 'labelNames',
      value: labelNames,
    })
  }
  return [...labelNames]
}
