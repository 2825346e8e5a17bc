import type { FloatArray, NumberArray } from '../base/memory.js'
import type { Ranks } from './backend.js'

/** An operation that combines the values of all ranks. */
export type ReduceOp = 'sum' | 'min' | 'max'

/** Facts that must be the same on all ranks, by name, such as `{ seed: 1 }`. */
export type Facts = Readonly<Record<string, string | number | boolean | undefined>>

/**
 * A group of processes, called ranks, that work together. `connect` in 'descent-nn/distributed' returns one. All ranks
 * must call the same methods in the same order, with arrays of the same type and length. A rank must await each call
 * before it makes the next one.
 */
export interface Communicator {
  /** The number of this process in the group, from 0. */
  readonly rank: number
  /** The number of processes in the group. */
  readonly size: number
  /** What carries the messages: MPI, or nothing in a group of one process. */
  readonly engine: 'mpi' | 'local'
  /** What the MPI library says about itself, such as "Open MPI v4.1.4, package: ...". Empty for the engine 'local'. */
  readonly library: string
  /** What the kernels of a training program use to sum over the ranks. Undefined for the engine 'local'. */
  readonly ranks: Ranks | undefined
  /**
   * Combines each element of the array with the same element of all ranks. All ranks then have the result.
   * @throws OptionError if an argument is wrong; CommunicatorError if the ranks do not make the same call, or MPI fails
   */
  allreduce(values: FloatArray | Int32Array | Uint32Array, op?: ReduceOp): Promise<void>
  /**
   * Copies the bytes of the array of the rank `root` (default 0) to the arrays of all ranks.
   * @throws OptionError if an argument is wrong; CommunicatorError if the ranks do not make the same call, or MPI fails
   */
  broadcast(values: ArrayBufferView, root?: number): Promise<void>
  /**
   * Resolves when all ranks have called it.
   * @throws CommunicatorError if the ranks do not make the same call, or MPI fails
   */
  barrier(): Promise<void>
  /**
   * Divides the group: the ranks with the same color, a whole number of at least 0, form a new group. Its order is that
   * of `key`, a whole number, and by default that of the ranks. Close the new group before this one.
   * @throws OptionError if an argument is wrong; CommunicatorError if the ranks do not make the same call, or MPI fails
   */
  split(color: number, key?: number): Promise<Communicator>
  /**
   * Checks that all ranks have the same facts, such as the seed. If they do not, the job ends with the exit code 74 and a
   * message that names the first fact that differs, and the ranks.
   * @throws CommunicatorError if the ranks do not make the same call, or MPI fails
   */
  agree(facts: Facts): Promise<void>
  /**
   * Leaves the group. All ranks must call it before they end. Otherwise the job ends with the exit code 71.
   * @throws CommunicatorError if the ranks do not make the same call, or MPI fails
   */
  close(): Promise<void>
  /** Ends all ranks at once with an exit code. Default 1. */
  abort(code?: number): never
}

/** How to start MPI. Rank and size are those that the launcher states. Times are in milliseconds. */
export interface MpiStart {
  /** The name or path of the MPI library. With '', the usual names are tried. */
  readonly library: string
  readonly rank: number
  readonly size: number
  readonly timeout: number
  readonly connectTimeout: number
  /** The greatest number of elements that one call of MPI gets. */
  readonly piece: number
}

/**
 * The class `Communicator` of native/mpi/communicator_object.cc. Its methods check neither the order nor the range of
 * their arguments. No array may be detached or resized while a promise is pending.
 */
export interface AddonCommunicator extends Ranks {
  readonly rank: number
  readonly size: number
  readonly library: string
  allreduce(values: NumberArray, op: ReduceOp): Promise<void>
  broadcast(values: NumberArray, root: number): Promise<void>
  barrier(): Promise<void>
  split(color: number, key: number): Promise<AddonCommunicator>
  close(): Promise<void>
  abort(code: number): never
  /**
   * States the exit code with which this process is about to end. If `close` has not been called before the process ends,
   * the job ends with this code, or with 71 if it is 0.
   */
  leaving(code: number): void
}
