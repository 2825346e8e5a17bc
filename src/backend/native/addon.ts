import type { Memory } from '../../program/arena.js'
import type { Dtype } from '../../program/kernels.js'
import type { Execution, Source } from '../backend.js'

/** The exports of native/addon.cc. */
export interface Addon {
  /** A program (a compiled list of commands) that is bound to its memory: parameters, state, workspace, tally. */
  readonly Program: new (
    words: Float64Array,
    dtype: Dtype,
    rows: number,
    threads: number,
    memory: readonly Memory[keyof Memory][],
  ) => { bind(source: Source): Execution }
  /** The signature of the kernel table in C++: see `tableSignature` in program/kernels.ts. */
  tableSignature(): string
  /**
   * Describes the addon. The first call reads DESCENT_VECTORS.
   * @throws Error if the value of DESCENT_VECTORS is not a level of this processor
   */
  describe(): {
    /** The configuration of OpenBLAS: "OpenBLAS 0.3.21 NO_LAPACKE DYNAMIC_ARCH NO_AFFINITY Zen MAX_THREADS=64" */
    config: string
    /** The kernels that OpenBLAS chose for this CPU, such as "Zen" or "SkylakeX". */
    core: string
    /** The vector instructions of descent's own kernels: "AVX-512", "AVX2" or "baseline". */
    vectors: string
    /** The possible values of DESCENT_VECTORS on this processor: "baseline", "avx2", "avx512". */
    levels: string[]
  }
  /**
   * The number of commands that the addon has executed in the environment of this thread since the environment started.
   */
  executedCommands(): number
}
