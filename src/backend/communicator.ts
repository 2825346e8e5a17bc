import type { FloatArray } from '../base/memory.js'
import type { Ranks } from './backend.js'

/** An operation that combines the values of all ranks. */
export type ReduceOp = 'sum' | 'min' | 'max'

/**
 * A group of processes, called ranks, that work together. `connect` in 'descent-nn/distributed' returns one. All ranks
 * must call the same methods in the same order.
 */
export interface Communicator {
  /** The number of this process in the group, from 0. */
  readonly rank: number
  /** The number of processes in the group. */
  readonly size: number
  /** What carries the messages: MPI, or nothing in a group of one process that was started without a launcher. */
  readonly engine: 'mpi' | 'local'
  /** What the kernels of a training program use to sum over the ranks. Undefined in a group of one process. */
  readonly ranks: Ranks | undefined
  /** Combines each element of the array with the same element of all ranks. All ranks then have the result. */
  allreduce(values: FloatArray | Int32Array, op?: ReduceOp): Promise<void>
  /** Copies the array of the rank `root` (default 0) to all ranks. The arrays must have the same number of bytes. */
  broadcast(values: ArrayBufferView, root?: number): Promise<void>
  /** Resolves when all ranks have called it. */
  barrier(): Promise<void>
  /**
   * Divides the group: the ranks with the same color, a whole number of at least 0, form a new group, in the order of
   * their ranks.
   */
  split(color: number): Promise<Communicator>
  /**
   * Checks that all ranks have the same facts, such as the seed. If they do not, the job ends with the exit code 74 and a
   * message that names the first fact that differs, and the ranks.
   */
  agree(facts: Readonly<Record<string, string | number | boolean | undefined>>): Promise<void>
  /** Leaves the group. All ranks must call it before they end. */
  close(): Promise<void>
  /** Ends all ranks at once with an exit code. Default 1. */
  abort(code?: number): never
}
