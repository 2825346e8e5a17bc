import { numbersOf, placesOf } from '../../data/label-names.js'
import { isFoundLabelNames, maxClasses } from './found-label-names.js'
import { quote } from './names.js'
import type { TableOptions } from './table-options.js'

/** Maps class names to class numbers. */
export interface Classes {
  readonly names: readonly string[]
  /** Returns the class number of a name. Undefined if no class has this name. */
  numberOf(name: string): number | undefined
}

export function classesOf(labelNames: TableOptions['labelNames']): Classes | undefined {
  if (labelNames === undefined || isFoundLabelNames(labelNames)) return labelNames
  return { names: labelNames, numberOf: placesOf(labelNames) }
}

/** Returns the number of the class with the name `value`. Returns undefined if there is no such class. */
export function numberOfName({ numberOf }: Classes, value: unknown): number | undefined {
  return typeof value === 'object' ? undefined : numberOf(String(value))
}

export const tooMany = `at most ${maxClasses} different labels can be classes`

/** Whether class names are being collected, and no further name can be added. */
export function isFull(classes: Classes): boolean {
  return isFoundLabelNames(classes) && classes.names.length === maxClasses
}

/** Returns an error message for a label that is neither a class number nor a class name. */
export function wrongLabel(value: unknown, shown: string, classes: Classes | undefined): string {
  if (value === '') return 'the label is empty: every row must have a class'
  const isText = typeof value === 'string'
  if (!classes) {
    const hint = isText && !numbersOf([value]) ? '; labelNames says which strings are classes' : ''
    return `the label ${shown} is not a class number (a whole number from 0)${hint}`
  }
  const { names } = classes
  if (isFull(classes) && typeof value !== 'object') return `the label ${shown} is one too many: ${tooMany}`
  if (isFoundLabelNames(classes)) return `the label ${shown} is not a class name`
  const known = names.slice(0, 8).map(quote).join(', ')
  return `the label ${shown} is not one of labelNames: ${known}${names.length > 8 ? ', ...' : ''}`
}
