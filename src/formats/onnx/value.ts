/** The values of a graph, as far as a fully connected network has use for them. */
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
  /** Numbers or names of classes: an answer beside the network's own. */
  | { readonly kind: 'classes' }
  /** It cannot be had; where nobody asks for it, that is no error. */
  | { readonly kind: 'refused'; readonly error: ModelError }

/** A node that is being worked out: what it takes, and how it fails. */
export interface Step {
  readonly node: Node
  readonly inputs: readonly (Value | undefined)[]
  readonly fail: (problem: string) => ModelError
  /** Accounts for so many numbers made. A small file must not make many out of few. */
  readonly spend: (count: number) => void
}

/** Where a node lies, for the beginning of a sentence. */
export function placeOf({ path }: Pick<Graph, 'path'>, { offset, number, operator, name, domain }: Node): string {
  const full = domain === '' ? operator : `${domain}.${operator}`
  return `${path}: byte ${offset}: node ${number} (${full}${name === '' ? '' : ` ${JSON.stringify(name)}`})`
}

export function rowsAt({ inputs, fail }: Step, index: number): Rows {
  const value = inputs[index]
  if (value?.kind === 'rows') return value.rows
  throw fail(`input ${index + 1} must depend on the rows, it is ${value ? `a ${value.kind}` : 'missing'}`)
}

export function constantAt({ inputs, fail }: Step, index: number): Constant {
  const value = inputs[index]
  if (value?.kind === 'constant') return value
  throw fail(`input ${index + 1} must be a constant, it is ${value ? `made of the ${value.kind}` : 'missing'}`)
}

/** The numbers of a constant: one for all columns, or one for each of so many. */
export function vectorOf({ fail }: Step, { dims, floats }: Constant, columns: number | undefined): FloatArray {
  const last = dims[dims.length - 1] ?? 1
  const count = dims.reduce((product, size) => product * size, 1)
  if (count === last && (count === 1 || columns === undefined || count === columns)) return floats()
  throw fail(`its constant has the shape [${dims.join(', ')}], the rows have ${columns ?? 'any number of'} columns`)
}

export const rowsValue = (rows: Rows): Value => ({ kind: 'rows', rows })

/** The columns of rows that are rows x columns. */
export function flatColumns({ fail }: Step, stage: Stage): number | undefined {
  if (stage.kind === 'inputs' && !stage.flat) throw fail('its rows have more than one dimension: flatten them before')
  return stage.columns
}
