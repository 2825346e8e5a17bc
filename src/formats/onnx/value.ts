/** Defines the values that the nodes of an ONNX graph can compute if the graph is a fully connected network. */
import type { ModelError } from '../../base/errors.js'
import type { FloatArray } from '../../base/memory.js'
import { onOneLine, quoted } from '../../base/printable.js'
import type { Graph, Node } from './parse.js'
import { type Rows, type Shape, type Stage, shapeText } from './stage.js'

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
  /** A list of sizes, such as the shape of a value, or a single size. */
  | { readonly kind: 'sizes'; readonly sizes: Shape; readonly isScalar: boolean }
  /** The index or name of the most likely class of each row. Some graphs have this as an additional output. */
  | { readonly kind: 'classes' }
  /** A value that cannot be computed. The error is thrown only if the output of the network depends on the value. */
  | { readonly kind: 'refused'; readonly error: ModelError }

/** The evaluation of one node: its inputs, and how to report errors. */
export interface Step {
  readonly node: Node
  readonly inputs: readonly (Value | undefined)[]
  /** The number of input rows if the graph fixes it, otherwise undefined. */
  readonly batch: number | undefined
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

const kinds = {
  constant: 'a constant',
  rows: 'computed from the rows',
  sizes: 'computed from sizes',
  classes: 'computed from classes',
  refused: 'not supported',
} as const

const kindOf = (value: Value | undefined) => (value ? kinds[value.kind] : 'missing')

export function rowsAt({ inputs, fail }: Step, index: number): Rows {
  const value = inputs[index]
  if (value?.kind === 'rows') return value.rows
  throw fail(`input ${index + 1} must depend on the rows, but it is ${kindOf(value)}`)
}

/** Returns an input that has sizes. It may also be a constant with whole numbers. */
export function sizesAt({ inputs, fail }: Step, index: number): { sizes: Shape; isScalar: boolean } {
  const value = inputs[index]
  if (value?.kind === 'sizes') return value
  if (value?.kind !== 'constant')
    throw fail(`input ${index + 1} must be sizes or a constant, but it is ${kindOf(value)}`)
  const { dims, wholeNumbers } = value
  if (dims.length > 1) throw fail(`input ${index + 1} has the shape [${dims.join(', ')}], expected a list of sizes`)
  return { sizes: wholeNumbers(), isScalar: dims.length === 0 }
}

export function constantAt({ inputs, fail }: Step, index: number): Constant {
  const value = inputs[index]
  if (value?.kind === 'constant') return value
  throw fail(`input ${index + 1} must be a constant, but it is ${kindOf(value)}`)
}

/**
 * Returns the numbers of a constant vector, which has one number for all columns of a stage or one for each column.
 * @throws ModelError if the constant has any other shape, or if it would change the shape of the stage's values
 */
export function vectorOf({ fail }: Step, { dims, floats }: Constant, { columns, shape }: Stage): FloatArray {
  const last = dims[dims.length - 1] ?? 1
  const count = dims.reduce((product, size) => product * size, 1)
  const fits = count === 1 || columns === undefined || count === columns
  if (count === last && fits && dims.length <= shape.length) return floats()
  throw fail(`its constant has the shape [${dims.join(', ')}], the rows have the shape ${shapeText(shape)}`)
}

export const rowsValue = (rows: Rows): Value => ({ kind: 'rows', rows })

/**
 * Returns the number of columns of a stage. Returns undefined if the graph does not fix this number.
 * @throws ModelError if its shape is not rows x columns
 */
export function flatColumns({ fail }: Step, { shape, columns }: Stage): number | undefined {
  if (shape.length > 2) throw fail('its rows have more than one dimension: flatten them first')
  if (shape.length < 2) throw fail('its rows are single numbers, expected rows of columns')
  return columns
}
