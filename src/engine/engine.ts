import type { Execution, Loaded } from '../backend/backend.js'
import type { Selection } from '../backend/select.js'
import { allocate, allocateShared, type FloatArray } from '../base/memory.js'
import { compile } from '../compile/compile.js'
import { countParameters } from '../compile/parameters.js'
import type { RegionName, ResultName } from '../compile/region-names.js'
import type { NetworkDescription } from '../compile/spec.js'
import { type ArenaSizes, floatArrayType, type Memory, view } from '../program/arena.js'
import type { Dtype } from '../program/kernels.js'
import type { Program } from '../program/program.js'
import { bindScalars, type InputMeasures } from './bind-scalars.js'
import { type BusyState, createBusyState } from './busy.js'
import { compileOptionsOf, Divergence, type Job, type ProgramOptions } from './engine-job.js'
import { runJob } from './run-job.js'

/** A network's memory, and the programs that train and evaluate it. */
export interface Engine extends BusyState {
  readonly spec: NetworkDescription
  readonly dtype: Dtype
  readonly selection: Selection
  readonly parameters: FloatArray
  /** The number of rows in a batch of prediction and evaluation. */
  readonly chunkRows: number
  /** The optimizer's state and the standardization of inputs. */
  readonly kept: Kept
  /**
   * Runs a job off the event loop (native) or with pauses for it (TypeScript). Its sums can be read afterwards.
   * @throws Divergence
   */
  run(job: Job): Promise<void>
  /** Prepares a job that can run synchronously on this thread, any number of times. */
  ready(job: Job): Ready
  /** The elements of a region of a job's program. @throws RangeError if the program does not have it */
  read(job: ProgramOptions, region: RegionName): FloatArray
  /** The same; undefined if the program does not have it. */
  find(job: ProgramOptions, region: RegionName): FloatArray | undefined
}

export interface Ready {
  run(): void
  /** Whether the network's programs and memory are still those it was prepared for. */
  isCurrent(): boolean
}

export interface Kept {
  /** The optimizer's state. Resumed runs and L-BFGS replace it. */
  state: FloatArray
  /** Standardized inputs are (x - means) factors; (inputs) each. */
  standardization: InputMeasures | undefined
}

export interface EngineOptions {
  readonly dtype: Dtype
  readonly selection: Selection
  readonly threads: number
  /** Shared memory of another network. By default the engine allocates its own. */
  readonly parameters?: FloatArray | undefined
}

/** Multiplications per batch of prediction: a few milliseconds of work. */
const chunkWork = { native: 2 ** 27, typescript: 2 ** 21 }
/** The limit of loaded programs. A network needs few, unless the number of rows keeps changing. */
const keptPrograms = 32

interface Prepared {
  readonly program: Program<RegionName>
  readonly loaded: Loaded
}

/** Rows of a job that share one program. */
interface Part {
  readonly from: number
  readonly to: number
  readonly start: () => Execution
  /** The first batch whose cost was not finite or above its limit, if any. */
  readonly divergence: () => Divergence | undefined
}

export function createEngine(
  spec: NetworkDescription,
  { dtype, selection, threads, parameters: given }: EngineOptions,
): Engine {
  const { backend } = selection
  const parameterCount = countParameters(spec)
  const parameters = given ?? allocateShared<FloatArray>(floatArrayType(dtype), parameterCount)
  let memory: Memory = allocateMemory({ parameters: 0, state: 0, workspace: 0, tally: 0 })
  let standardization: Kept['standardization']
  const prepared = new Map<string, Prepared>()
  /** Counts changes of programs and memory. A prepared job of an earlier generation is out of date. */
  let generation = 0

  function forget(): void {
    prepared.clear()
    generation++
  }

  function allocateMemory(sizes: ArenaSizes): Memory {
    return {
      parameters,
      state: allocate<FloatArray>(floatArrayType(dtype), sizes.state),
      workspace: allocate<FloatArray>(floatArrayType(dtype), sizes.workspace),
      tally: allocate(Float64Array, sizes.tally),
    }
  }

  /** Compiles and loads a job's program, or returns the loaded one. Programs share one workspace, as large as the largest needs. */
  function prepare(job: ProgramOptions): Prepared {
    const options = compileOptionsOf({ ...job, standardized: standardization !== undefined })
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
      // A state that is large enough is not copied: that of l-bfgs can take gigabytes.
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

  /** The parts of a job: the full batches, and the smaller last batch. */
  function partsOf(job: Job): Part[] {
    const whole = job.size - (job.size % job.rows)
    const parts = [
      { from: 0, to: whole, rows: job.rows },
      { from: whole, to: job.size, rows: job.size - whole },
    ].filter(({ from, to }) => from < to)
    // Loading a program may replace the workspace by a larger one, so the program that needs most must come first.
    return parts.map(({ from, to, rows }) => {
      const { program, loaded } = prepare({ ...job, rows })
      const execution = loaded.bind(job.source)
      const scalars = bindScalars(program, memory, job.scalars, standardization)
      const start = () => {
        for (const [place, value] of scalars) place.set(value)
        return execution
      }
      const tallied = (name: ResultName) => {
        const region = program.regions.get(name)
        return region ? view(memory, region)[0] : 0
      }
      const divergence = () => {
        const bad = tallied('bad')
        return bad > 0 ? new Divergence(bad - 1, (tallied('cost') - tallied('costBefore')) / rows) : undefined
      }
      return { from, to, start, divergence }
    })
  }

  async function run(job: Job): Promise<void> {
    const { from: first = 0, until = job.size, signal } = job
    const parts = partsOf(job)
    if (first === 0) memory.tally.fill(0)
    for (const { from, to, start, divergence } of parts) {
      if (to <= first || from >= until) continue
      signal?.throwIfAborted()
      try {
        await runJob(job, start(), Math.max(from, first), Math.min(to, until))
      } catch (error) {
        throw divergence() ?? error
      }
      signal?.throwIfAborted()
    }
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
      run() {
        memory.tally.fill(0)
        for (const { from, to, start } of parts) start().run(from, to)
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
        generation++
      },
    },
    ...createBusyState(),
    run,
    ready,
    find,
    read(options, name) {
      const values = find(options, name)
      if (!values) throw new RangeError(`the program ${options.task} has no region ${name}`)
      return values
    },
  }
}
