/** The kinds of values in a graph that a fully connected network needs. */
import type { ModelError } from '../../base/errors.js'
import type { FloatArray } from '../../base/memory.js'
import type { Graph, Node } from './parse.js'
import type { Rows, Stage } from './stage.js'

/** A tensor that does not depend on the rows. */
export interface Constant {
  readonly kind: 'constant'
  readonly dims: readonly number[]
  readonly floats: () => FloatArray
  readonly wholeNumbers: () => number[]
}

export type Value =
  | Constant
  | { readonly kind: 'rows'; readonly rows: Rows; readonly labelNames?: readonly string[] | undefined }
  /** Class numbers or names. They are an additional output of the graph. */
  | { readonly kind: 'classes' }
  /** A value that cannot be computed. This is an error only if the value is needed. */
  | { readonly kind: 'refused'; readonly error: ModelError }

/** The evaluation of one node: its inputs, and how to report errors. */
export interface Step {
  readonly node: Node
  readonly inputs: readonly (Value | undefined)[]
  readonly fail: (problem: string) => ModelError
  /**
   * Charges a count of computed numbers to a budget. The budget prevents a small file from expanding into a huge
   * network.
   */
  readonly spend: (count: number) => void
}

/** Describes the location of a node. Messages start with this text. */
export function placeOf({ path }: Pick<Graph, 'path'>, { offset, number, operator, name, domain }: Node): string {
  const full = domain === '' ? operator : `${domain}.${operator}`
  return `${path}: byte ${offset}: node ${number} (${full}${name === '' ? '' : ` ${JSON.stringify(name)}`})`
}

export function rowsAt({ inputs, fail }: Step, index: number): Rows {
  const value = inputs[index]
  if (value?.kind === 'rows') return value.rows
  throw fail(`input ${index + 1} must depend on the rows, but it is ${value ? `a ${value.kind}` : 'missing'}`)
}

export function constantAt({ inputs, fail }: Step, index: number): Constant {
  const value = inputs[index]
  if (value?.kind === 'constant') return value
  throw fail(
    `input ${index + 1} must be a constant, but it is ${value ? `computed from the ${value.kind}` : 'missing'}`,
  )
}

/** Returns the numbers of a constant. There is either one number for all columns, or one for each column. */
export function vectorOf({ fail }: Step, { dims, floats }: Constant, columns: number | undefined): FloatArray {
  const last = dims[dims.length - 1] ?? 1
  const count = dims.reduce((product, size) => product * size, 1)
  if (count === last && (count === 1 || columns === undefined || count === columns)) return floats()
  throw fail(`its constant has the shape [${dims.join(', ')}], the rows have ${columns ?? 'any number of'} columns`)
}

export const rowsValue = (rows: Rows): Value => ({ kind: 'rows', rows })

/** Returns the number of columns. @throws ModelError unless the shape is rows x columns */
export function flatColumns({ fail }: Step, stage: Stage): number | undefined {
  if (stage.kind === 'inputs' && !stage.flat) throw fail('its rows have more than one dimension: flatten them first')
  return stage.columns
}
