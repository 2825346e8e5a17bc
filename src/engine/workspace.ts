import type { Execution, Loaded } from '../backend/backend.js'
import type { Selection } from '../backend/select.js'
import { allocate, type FloatArray } from '../base/memory.js'
import { compile } from '../compile/compile.js'
import { countParameters } from '../compile/parameters.js'
import type { RegionName, ResultName } from '../compile/region-names.js'
import type { NetworkDescription } from '../compile/spec.js'
import { type ArenaSizes, floatArrayType, type Memory, view } from '../program/arena.js'
import type { Dtype } from '../program/kernels.js'
import type { Program } from '../program/program.js'
import { bindScalars, type InputMeasures, standardizedIn } from './bind-scalars.js'
import { compileOptionsOf, Divergence, type Job, type ProgramOptions } from './engine-job.js'
import { runJob } from './run-job.js'
import { throwStopped } from './shared-rows.js'

/** The memory for the computations of one caller, and the programs (compiled lists of commands) that use it. */
export interface Workspace {
  readonly spec: NetworkDescription
  readonly dtype: Dtype
  readonly selection: Selection
  readonly parameters: FloatArray
  /** The number of rows in a batch when the network predicts or evaluates. */
  readonly chunkRows: number
  /** The optimizer's state, and the standardization and the names of the inputs. */
  readonly kept: Kept
  /**
   * Runs a job without blocking the event loop. The native backend uses other threads, and the other backends
   * pause regularly. When the job has ended, `read` returns its sums, such as the cost.
   * @throws Divergence if training diverges; the signal's reason if the signal is aborted
   */
  run(job: Job): Promise<void>
  /**
   * Ends the running job after its current batch, if the job is `resumable`. Then `run` resolves before all rows are
   * processed, and the job can be continued.
   */
  pause(): void
  /** Prepares a job, so that it can run synchronously on this thread, any number of times. */
  ready(job: Job): Ready
  /**
   * Returns the numbers in a region (a named part of the memory) of a job's program.
   * @throws RangeError if the program does not have the region
   */
  read(job: ProgramOptions, region: RegionName): FloatArray
  /** Returns the same numbers as `read`, or undefined if the program does not have the region. */
  find(job: ProgramOptions, region: RegionName): FloatArray | undefined
}

export interface Ready {
  /** Processes the rows with the indices `from` to `to` - 1. By default, processes all rows. */
  run(from?: number, to?: number): void
  /** Whether the job can still run. It must be prepared again if the network's programs or memory have changed. */
  isCurrent(): boolean
}

export interface Kept {
  /**
   * The optimizer's state. Do not keep a reference to this array, because it may be replaced, for example when training
   * resumes from a checkpoint.
   */
  state: FloatArray
  /**
   * The numbers that standardize the inputs: each input x becomes (x - mean) * factor. Undefined if the network does
   * not standardize its inputs.
   */
  standardization: InputMeasures | undefined
  /** The names of the inputs, in their order. Undefined if the inputs have no names. */
  inputNames: readonly string[] | undefined
}

export interface WorkspaceOptions {
  readonly dtype: Dtype
  readonly selection: Selection
  readonly threads: number
  /**
   * The parameters to use, which belong to a different workspace or to a network in another thread. By default the
   * workspace allocates its own parameters.
   */
  readonly parameters?: FloatArray | undefined
}

/**
 * The desired number of multiplications for one batch of predictions, for each backend. These multiplications take a
 * few milliseconds. The number of rows in a batch is derived from this number.
 */
const chunkWork = { native: 2 ** 27, wasm: 2 ** 25, typescript: 2 ** 21 }
/**
 * The maximum number of programs (compiled lists of kernel calls) that stay loaded. Each batch size, for example, needs
 * its own program.
 */
const keptPrograms = 32

interface Prepared {
  readonly program: Program<RegionName>
  readonly loaded: Loaded
}

/** A range of rows. One program processes all of them, in batches that have the same size. */
interface Part {
  readonly from: number
  readonly to: number
  readonly start: () => Execution
  /**
   * Returns the error for the first batch with a cost that is too high, infinite or NaN. Returns undefined if no batch
   * has such a cost.
   */
  readonly divergence: () => Divergence | undefined
}

export function createWorkspace(
  spec: NetworkDescription,
  { dtype, selection, threads, parameters: given }: WorkspaceOptions,
): Workspace {
  const { backend } = selection
  const parameterCount = countParameters(spec)
  const parameters = given ?? backend.allocateParameters(dtype, parameterCount)
  let memory: Memory = allocateMemory({ parameters: 0, state: 0, workspace: 0, tally: 0 })
  let standardization: Kept['standardization']
  let standardized = standardizedIn(dtype, standardization)
  const prepared = new Map<string, Prepared>()
  /**
   * Counts the changes of programs and memory. A prepared job is out of date if the count has changed since the job was
   * prepared.
   */
  let generation = 0
  let running: { readonly job: Job; readonly execution: Execution } | undefined

  function forget(): void {
    prepared.clear()
    generation++
  }

  function allocateMemory(sizes: ArenaSizes): Memory {
    return {
      parameters,
      state: allocate<FloatArray>(floatArrayType(dtype), sizes.state),
      workspace: backend.allocateBeside(parameters, sizes.workspace),
      tally: allocate(Float64Array, sizes.tally),
    }
  }

  /**
   * Returns the program of a job. Compiles the program and loads it into the backend, unless it is already loaded. All
   * programs share the memory for intermediate results, which is large enough for each of them.
   */
  function prepare(job: ProgramOptions): Prepared {
    const options = compileOptionsOf({ ...job, standardized })
    const key = JSON.stringify(options)
    const known = prepared.get(key)
    if (known) return known
    const program = compile(spec, { ...options, dtype })
    const { sizes } = program
    if (
      sizes.workspace > memory.workspace.length ||
      sizes.state > memory.state.length ||
      sizes.tally > memory.tally.length
    ) {
      forget()
      const { state } = memory
      const grown = allocateMemory({
        parameters: parameterCount,
        state: sizes.state,
        workspace: Math.max(sizes.workspace, memory.workspace.length),
        tally: Math.max(sizes.tally, memory.tally.length),
      })
      // Copy the optimizer's state only if it needs a larger array, because the state of L-BFGS can take gigabytes.
      if (sizes.state > state.length) grown.state.set(state)
      memory = sizes.state > state.length ? grown : { ...grown, state }
    }
    for (const oldest of prepared.keys()) {
      if (prepared.size < keptPrograms) break
      prepared.delete(oldest)
    }
    const entry = { program, loaded: backend.load(program, memory, threads) }
    prepared.set(key, entry)
    return entry
  }

  /** Returns a number of the memory `tally`, or undefined if the program does not have it. */
  function inTally(program: Program<RegionName>, name: ResultName): Float64Array | undefined {
    const region = program.regions.get(name)
    return region && memory.tally.subarray(region.offset, region.offset + 1)
  }

  /** Returns the parts of a job: one part for all full batches, and one for the last batch if it is smaller. */
  function partsOf(job: Job): Part[] {
    const { first = 0 } = job.source
    const whole = job.size - ((job.size - first) % job.rows)
    const parts = [
      { from: first, to: whole, rows: job.rows },
      { from: whole, to: job.size, rows: job.size - whole },
    ].filter(({ from, to }) => from < to)
    // Load the program for full batches first, because it needs the most memory for intermediate results. If it were
    // loaded second, this memory could be replaced, but the program for the last batch would still use the old memory.
    return parts.map(({ from, to, rows }) => {
      const { program, loaded } = prepare({ ...job, rows })
      const sum = job.progress && inTally(program, 'cost')
      const { ranks, own, share } = job.shared ?? {}
      const shared = share && { ranks, own, offset: share(rows).from, stop: inTally(program, 'stop') }
      const execution = loaded.bind({ ...job.source, ...(sum && { sum }), ...shared })
      const scalars = bindScalars(program, memory, job.scalars, standardization)
      const start = () => {
        for (const [place, value] of scalars) {
          // Most scalars are single numbers, for which `set` would take longer.
          if (place.length === 1) place[0] = value[0]
          else place.set(value)
        }
        return execution
      }
      const tallied = (name: ResultName) => inTally(program, name)?.[0] ?? 0
      const divergence = () => {
        const bad = tallied('bad')
        return bad > 0 ? new Divergence(bad - 1, (tallied('cost') - tallied('costBefore')) / rows) : undefined
      }
      return { from, to, start, divergence }
    })
  }

  /**
   * Runs work on a job that several ranks share. If the signal is aborted, this rank votes to end the run, and all ranks
   * end it after the same batch.
   * @throws the signal's reason if this rank voted to end the run; StoppedError if only other ranks did
   */
  async function runShared(job: Job, work: () => Promise<void>): Promise<void> {
    const { signal } = job
    const [vote, stop] = [read(job, 'vote'), read(job, 'stop')]
    vote[0] = signal?.aborted ? 1 : 0
    stop[0] = 0
    const castVote = () => {
      vote[0] = 1
    }
    signal?.addEventListener('abort', castVote)
    try {
      await work()
    } finally {
      signal?.removeEventListener('abort', castVote)
    }
    if (stop[0] > 0) throwStopped(signal)
  }

  async function run(job: Job): Promise<void> {
    const parts = partsOf(job)
    if ((job.from ?? 0) === 0) memory.tally.fill(0)
    if (!job.shared) return runParts(job, parts)
    // A rank must not stop alone.
    const work = () => runParts({ ...job, signal: undefined }, parts)
    await (job.shared.apart ? work() : runShared(job, work))
  }

  async function runParts(job: Job, parts: readonly Part[]): Promise<void> {
    const { from: first = 0, until = job.size, signal } = job
    for (const { from, to, start, divergence } of parts) {
      if (to <= first || from >= until) continue
      signal?.throwIfAborted()
      const end = Math.min(to, until)
      const execution = start()
      running = { job, execution }
      let row: number
      try {
        row = await runJob(job, execution, Math.max(from, first), end)
      } catch (error) {
        throw divergence() ?? error
      } finally {
        running = undefined
      }
      signal?.throwIfAborted()
      if (row < end) return
    }
  }

  function read(options: ProgramOptions, name: RegionName): FloatArray {
    const values = find(options, name)
    if (!values) throw new RangeError(`the program ${options.task} has no region ${name}`)
    return values
  }

  function find(options: ProgramOptions, name: RegionName): FloatArray | undefined {
    const region = prepare(options).program.regions.get(name)
    return region && view(memory, region)
  }

  function ready(job: Job): Ready {
    const parts = partsOf(job)
    const made = generation
    return {
      isCurrent: () => made === generation,
      run(first = 0, until = job.size) {
        // A pass that only computes outputs often has no sums.
        if (memory.tally.length > 0) memory.tally.fill(0)
        for (const { from, to, start } of parts) {
          if (to > first && from < until) start().run(Math.max(from, first), Math.min(to, until))
        }
      },
    }
  }

  return {
    spec,
    dtype,
    selection,
    parameters,
    chunkRows: Math.max(16, Math.min(256, Math.floor(chunkWork[backend.name] / parameterCount))),
    kept: {
      get state() {
        return memory.state
      },
      set state(state) {
        memory = { ...memory, state }
        forget()
      },
      get standardization() {
        return standardization
      },
      set standardization(inputs) {
        standardization = inputs
        standardized = standardizedIn(dtype, inputs)
        generation++
      },
      inputNames: undefined,
    },
    run,
    pause() {
      if (running?.job.resumable) running.execution.stop()
    },
    ready,
    find,
    read,
  }
}
