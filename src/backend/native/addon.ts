import type { Memory } from '../../program/arena.js'
import type { Dtype } from '../../program/kernels.js'
import type { Execution, Source } from '../backend.js'
import type { AddonCommunicator, MpiStart } from '../communicator.js'

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
