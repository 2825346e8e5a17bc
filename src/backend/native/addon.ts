import type { Reduction } from '../../base/communicator.js'
import type { FloatArray, NumberArray } from '../../base/memory.js'
import type { Memory } from '../../program/arena.js'
import type { Dtype } from '../../program/kernels.js'
import type { Execution, Source } from '../backend.js'

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

/** The exports of native/addon.cc. */
export interface Addon {
  /**
   * A program (a list of kernel calls) with its memory. `memory` consists of the arrays `parameters`, `state`,
   * `workspace` and `tally`, in this order.
   */
  readonly Program: new (
    words: Float64Array,
    dtype: Dtype,
    rows: number,
    batchRows: number,
    threads: number,
    memory: readonly Memory[keyof Memory][],
  ) => { bind(source: Source): Execution }
  /**
   * Starts MPI, which is possible once in a process, and waits until all ranks have done so. Blocks the thread meanwhile.
   * @throws Error with the code DESCENT_MPI_LIBRARY if MPI cannot be started
   */
  readonly Communicator: new (
    start: MpiStart,
  ) => AddonCommunicator
  /**
   * Returns a text that lists the addon's kernels and their operands. It must equal the result of `tableSignature` in
   * program/kernels.ts.
   */
  tableSignature(): string
  /**
   * Describes the addon. The first call reads the environment variable DESCENT_VECTORS.
   * @throws Error if the value of DESCENT_VECTORS is not a vector level of this processor
   */
  describe(): {
    /**
     * The configuration of OpenBLAS, such as "OpenBLAS 0.3.21 NO_LAPACKE DYNAMIC_ARCH NO_AFFINITY Zen MAX_THREADS=64".
     */
    config: string
    /** The kernels that OpenBLAS chose for this CPU, such as "Zen" or "SkylakeX". */
    core: string
    /** The vector instructions that descent's own kernels use: "AVX-512", "AVX2", "NEON" (arm64) or "baseline". */
    vectors: string
    /**
     * The values of the environment variable DESCENT_VECTORS that this processor supports, such as "baseline" and
     * "avx2".
     */
    levels: string[]
  }
  /**
   * Returns the number of kernel calls that the addon has executed for this thread (the main thread or a worker) since
   * the thread started.
   */
  executedCommands(): number
}
