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
 * The operands of a command in the form that its kernel function receives. A region of memory becomes a typed array
 * with exactly the elements of the region. The other operands are numbers and booleans.
 */
export type Operands<K extends KernelName> = {
  readonly [O in keyof (typeof kernels)[K]['operands']]: BoundValue<(typeof kernels)[K]['operands'][O]>
}

/** The state of one run of a program over the rows of a source. */
export interface Run {
  readonly source: Source
  /**
   * The arrays of the source, except `outputs` and `classes`, may leave out rows at the beginning of the run. This is
   * the number of these rows.
   */
  readonly first: number
  /**
   * The index of the first row of the current batch. Rows are counted from 0, in the order in which the run processes
   * them.
   */
  position: number
}

export type KernelFunction<K extends KernelName> = (operands: Operands<K>, run: Run) => void
export type KernelFunctions = { readonly [K in KernelName]: KernelFunction<K> }

export type BoundCommand = (run: Run) => void

/** Binds a command to its kernel and memory once, so that running the command allocates nothing. */
export function bindCommand(command: Command, memory: Memory, functions: KernelFunctions): BoundCommand {
  const operands = Object.fromEntries(
    operandsOf(command).map(({ name, value }) => [name, typeof value === 'object' ? view(memory, value) : value]),
  )
  // The operands have the types that the kernel table defines, but TypeScript cannot infer these types through
  // Object.fromEntries. Therefore the type is asserted.
  const kernel = functions[command.kernel] as (operands: unknown, run: Run) => void
  return (run) => kernel(operands, run)
}
