/** Defines what training and programs know about the processes that work together. `src/distributed` implements it. */

import type { FloatArray, NumberArray } from './memory.js'

/** The arrays whose numbers `allreduce` can combine. */
export type ReducibleArray = Float32Array | Float64Array | Int32Array | Uint32Array

/** How `allreduce` combines the numbers of all ranks. */
export type Reduction = 'sum' | 'min' | 'max'

/**
 * The processes of a job that work together, seen from one of them. Each process has a rank from 0 to `size - 1`. All
 * ranks must call the same functions in the same order, with arrays of the same type and length. An `await` of each call
 * before the next one makes sure of the order.
 */
export interface Communicator {
  /** The number of this process, from 0 to `size - 1`. */
  readonly rank: number
  /** The number of processes. */
  readonly size: number
  /** What the ranks communicate by: 'mpi', or 'local' for a process that is alone. */
  readonly engine: 'mpi' | 'local'
  /** What the MPI library says about itself, or '' for the engine 'local'. */
  readonly library: string
  /**
   * Replaces each number of the array by the sum, minimum or maximum of the numbers that all ranks have at its place.
   * @throws CommunicatorError if the ranks do not make the same call, or MPI fails
   */
  allreduce(array: ReducibleArray, reduction?: Reduction): Promise<void>
  /**
   * Copies the bytes of rank `root` (default 0) to the arrays of all other ranks.
   * @throws CommunicatorError if the ranks do not make the same call, or MPI fails
   */
  broadcast(array: ArrayBufferView, root?: number): Promise<void>
  /**
   * Waits until all ranks have called it.
   * @throws CommunicatorError if the ranks do not make the same call, or MPI fails
   */
  barrier(): Promise<void>
  /**
   * Creates a communicator of the ranks that pass the same `color`, a whole number from 0. Their order is that of `key`
   * (default: the rank here), then that of their ranks here. Close it before this communicator.
   * @throws CommunicatorError if the ranks do not make the same call, or MPI fails
   */
  split(color: number, key?: number): Promise<Communicator>
  /**
   * Checks that all ranks pass the same value. If they do not, rank 0 says which ranks have which values, and the whole
   * job ends with exit code 74.
   * @param name what the value is, such as 'seed'
   * @param value a text, or anything that JSON can represent
   * @throws CommunicatorError if the ranks do not make the same call, or MPI fails
   */
  agree(name: string, value: unknown): Promise<void>
  /**
   * Sums an array over all ranks, as `allreduce` does, but blocks the thread, and does not compare what the ranks call.
   * Arrays of different lengths would destroy memory, so call `agree` once before.
   * @throws CommunicatorError if MPI fails
   */
  sumNow(array: FloatArray): void
  /**
   * Ends the communication. All ranks must call it, and a process must do so before it ends. Otherwise the whole job ends
   * with exit code 71.
   * @throws CommunicatorError if the ranks do not make the same call, or MPI fails
   */
  close(): Promise<void>
  /** Ends all processes of the job at once. The exit code is `code` (default 1). */
  abort(code?: number): never
  /** The communicator of the native addon, which native kernels use. Undefined for the engine 'local'. */
  readonly addonObject: object | undefined
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
export interface AddonCommunicator {
  readonly rank: number
  readonly size: number
  /** What the MPI library says about itself. */
  readonly library: string
  allreduce(array: NumberArray, operation: Reduction): Promise<void>
  broadcast(array: NumberArray, root: number): Promise<void>
  barrier(): Promise<void>
  split(color: number, key: number): Promise<AddonCommunicator>
  close(): Promise<void>
  sumNow(array: FloatArray): void
  abort(code: number): never
  /** Ends the job if `close` has not ended. Call it when the process is about to end with the exit code `code`. */
  leave(code: number): void
}
