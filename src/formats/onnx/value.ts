/** Defines the values that the nodes of an ONNX graph can compute if the graph is a fully connected network. */
import type { ModelError } from '../../base/errors.js'
import type { FloatArray } from '../../base/memory.js'
import { onOneLine, quoted } from '../../base/printable.js'
import type { Graph, Node } from './parse.js'
import type { Rows, Stage } from './stage.js'

/** A tensor that does not depend on the input rows. */
export interface Constant {
  readonly kind: 'constant'
  readonly dims: readonly number[]
  readonly floats: () => FloatArray
  readonly wholeNumbers: () => number[]
}

export type Value =
  | Constant
  | { readonly kind: 'rows'; readonly rows: Rows; readonly labelNames?: readonly string[] | undefined }
  /** The index or name of the most likely class of each row. Some graphs have this as an additional output. */
  | { readonly kind: 'classes' }
  /** A value that cannot be computed. The error is thrown only if the output of the network depends on the value. */
  | { readonly kind: 'refused'; readonly error: ModelError }

/** The evaluation of one node: its inputs, and how to report errors. */
export interface Step {
  readonly node: Node
  readonly inputs: readonly (Value | undefined)[]
  readonly fail: (problem: string) => ModelError
  /**
   * Must be called with the count of numbers that the node computes. Throws a ModelError if the sum of all counts
   * exceeds a limit, so that a small file cannot expand into a huge network.
   */
  readonly spend: (count: number) => void
}

/** Returns the location of a node as text, for the start of an error message. */
export function placeOf({ path }: Pick<Graph, 'path'>, { offset, number, operator, name, domain }: Node): string {
  const full = onOneLine(domain === '' ? operator : `${domain}.${operator}`)
  return `${path}: byte ${offset}: node ${number} (${full}${name === '' ? '' : ` ${quoted(name)}`})`
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

/**
 * Returns the numbers of a constant vector, which has one number for all columns or one number for each column.
 * @throws ModelError if the constant has any other shape
 */
export function vectorOf({ fail }: Step, { dims, floats }: Constant, columns: number | undefined): FloatArray {
  const last = dims[dims.length - 1] ?? 1
  const count = dims.reduce((product, size) => product * size, 1)
  if (count === last && (count === 1 || columns === undefined || count === columns)) return floats()
  throw fail(`its constant has the shape [${dims.join(', ')}], the rows have ${columns ?? 'any number of'} columns`)
}

export const rowsValue = (rows: Rows): Value => ({ kind: 'rows', rows })

/**
 * Returns the number of columns of the given inputs or logits. Returns undefined if the graph does not fix this number.
 * @throws ModelError if their shape is not rows x columns
 */
export function flatColumns({ fail }: Step, stage: Stage): number | undefined {
  if (stage.kind === 'inputs' && !stage.flat) throw fail('its rows have more than one dimension: flatten them first')
  return stage.columns
}
