import { isFoundLabelNames, mostClasses } from './found-label-names.js'
import { quote } from './names.js'
import type { TableOptions } from './table-options.js'

/** The class number of each class name, where labels are names. */
export interface Classes {
  readonly names: readonly string[]
  /** Undefined where it is the name of none. */
  numberOf(name: string): number | undefined
}

export function classesOf(labelNames: TableOptions['labelNames']): Classes | undefined {
  if (labelNames === undefined || isFoundLabelNames(labelNames)) return labelNames
  const numbers = new Map(labelNames.map((name, number) => [name, number]))
  return { names: labelNames, numberOf: (name) => numbers.get(name) }
}

/** The class number of what is in JSON: lists, objects and null are no names. */
export function numberOfName({ numberOf }: Classes, value: unknown): number | undefined {
  return typeof value === 'object' ? undefined : numberOf(String(value))
}

export function isClassNumber(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) < 2 ** 31
}

/** What is wrong with a label that is no class number, or none of the names of classes. */
export function wrongLabel(shown: string, isText: boolean, classes: Classes | undefined): string {
  if (!classes) {
    const hint = isText ? '; labelNames says which texts are classes' : ''
    return `the label ${shown} is no class number, a whole number from 0${hint}`
  }
  const { names } = classes
  if (isFoundLabelNames(classes)) {
    return names.length < mostClasses
      ? `the label ${shown} is no name of a class`
      : `the label ${shown} is another one after ${mostClasses} different ones, which are the most that can be classes`
  }
  const known = names.slice(0, 8).map(quote).join(', ')
  return `the label ${shown} is none of labelNames: ${known}${names.length > 8 ? ', ...' : ''}`
}
