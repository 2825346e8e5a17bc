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
  const numbers = new Map(labelNames.map((name, number) => [name, number]))
  return { names: labelNames, numberOf: (name) => numbers.get(name) }
}

/** Returns the number of the class with the name `value`. Returns undefined if there is no such class. */
export function numberOfName({ numberOf }: Classes, value: unknown): number | undefined {
  return typeof value === 'object' ? undefined : numberOf(String(value))
}

export function isClassNumber(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) < 2 ** 31
}

/** Returns an error message for a label that is neither a class number nor a class name. */
export function wrongLabel(shown: string, isText: boolean, classes: Classes | undefined): string {
  if (!classes) {
    const hint = isText ? '; labelNames says which strings are classes' : ''
    return `the label ${shown} is not a class number (a whole number from 0)${hint}`
  }
  const { names } = classes
  if (isFoundLabelNames(classes)) {
    return names.length < maxClasses
      ? `the label ${shown} is not a class name`
      : `the label ${shown} is one too many: at most ${maxClasses} different labels can be classes`
  }
  const known = names.slice(0, 8).map(quote).join(', ')
  return `the label ${shown} is not one of labelNames: ${known}${names.length > 8 ? ', ...' : ''}`
}
