import type { Memory } from '../../program/arena.js'
import type { Dtype } from '../../program/kernels.js'
import type { Execution, Source } from '../backend.js'

/** What native/addon.cc exports. */
export interface Addon {
  /** A program tied to memory: parameters, state, workspace, tally. */
  readonly Program: new (
    words: Float64Array,
    dtype: Dtype,
    rows: number,
    threads: number,
    memory: readonly Memory[keyof Memory][],
  ) => { bind(source: Source): Execution }
  /** The kernel table as the C++ side has it: see `tableSignature` in program/kernels.ts. */
  tableSignature(): string
  /** @throws Error where DESCENT_VECTORS, which is read once, is not a level of this processor. */
  describe(): {
    /** "OpenBLAS 0.3.21 NO_LAPACKE DYNAMIC_ARCH NO_AFFINITY Zen MAX_THREADS=64" */
    config: string
    /** The kernels that OpenBLAS chose for this CPU: "Zen", "SkylakeX". */
    core: string
    /** The vector instructions of our own kernels: "AVX-512", "AVX2" or "baseline". */
    vectors: string
    /** What DESCENT_VECTORS may be on this processor: "baseline", "avx2", "avx512". */
    levels: string[]
  }
  /** Commands executed in this thread's environment since it started. */
  executedCommands(): number
}
