import type { FloatArray } from '../../base/memory.js'
import { type Memory, view } from '../../program/arena.js'
import type { KernelName, kernels } from '../../program/kernels.js'
import { type Command, operandsOf } from '../../program/program.js'
import type { Source } from '../backend.js'

type BoundValue<T> = T extends 'count' | 'number'
  ? number
  : T extends 'flag'
    ? boolean
    : T extends { kind: 'doubles' }
      ? Float64Array
      : FloatArray

/**
 * The arguments of the TypeScript function that computes a kernel. Array arguments are typed arrays with exactly the
 * elements that the function uses. The other arguments are numbers and booleans.
 */
export type Operands<K extends KernelName> = {
  readonly [O in keyof (typeof kernels)[K]['operands']]: BoundValue<(typeof kernels)[K]['operands'][O]>
}

/** Tells a kernel which rows to process. Contains the arrays with the data, and the position of the current batch. */
export interface Run {
  readonly source: Source
  /**
   * The index of the first row that the arrays of the source contain. The arrays `outputs` and `classes` are an
   * exception, because they always begin with row 0.
   */
  readonly first: number
  /**
   * The index of the first row of the current batch. Rows are counted from 0, in the order in which they are processed.
   */
  position: number
  /** The index of the first row that the program takes. It is `position`, unless ranks share the batch. */
  row: number
  /** The place of this row in the arrays of the source. */
  place: number
}

export type KernelFunction<K extends KernelName> = (operands: Operands<K>, run: Run) => void
export type KernelFunctions = { readonly [K in KernelName]: KernelFunction<K> }

export type BoundCommand = (run: Run) => void

/**
 * Returns a function that executes a command (a kernel call). The arguments of the kernel are prepared in advance, so
 * that calling the function allocates nothing.
 */
export function bindCommand(command: Command, memory: Memory, functions: KernelFunctions): BoundCommand {
  const operands = Object.fromEntries(
    operandsOf(command).map(({ name, value }) => [name, typeof value === 'object' ? view(memory, value) : value]),
  )
  // The operands have the types that the kernel table defines, but TypeScript cannot infer these types through
  // Object.fromEntries. Therefore the type is asserted.
  const kernel = functions[command.kernel] as (operands: unknown, run: Run) => void
  return (run) => kernel(operands, run)
}
