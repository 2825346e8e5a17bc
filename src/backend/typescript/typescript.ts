import { DataError } from '../../base/errors.js'
import { yieldToEventLoop } from '../../base/event-loop.js'
import type { Memory } from '../../program/arena.js'
import type { Program } from '../../program/program.js'
import { anyMemory, type Backend, type Execution, type Reached, type Source } from '../backend.js'
import * as activations from './activations.js'
import { type BoundCommand, bindCommand, type KernelFunctions, type Run } from './bind.js'
import * as costs from './costs.js'
import { dropout } from './dropout.js'
import * as elementwise from './elementwise.js'
import * as rows from './gather.js'
import { gemm } from './gemm.js'
import * as optimizers from './optimizers.js'
import * as ranks from './ranks.js'
import * as reduce from './reduce.js'
import * as update from './update.js'

/** The functions that compute the kernels. */
export const functions: KernelFunctions = {
  ...activations,
  ...costs,
  ...elementwise,
  ...optimizers,
  ...ranks,
  ...reduce,
  ...rows,
  ...update,
  dropout,
  gemm,
}

/** The time, in milliseconds, after which an asynchronous run yields to the event loop. */
const sliceMilliseconds = 4

/**
 * Executes all commands (kernel calls) once. The loop uses an index, because an iterator would allocate an object for
 * each command.
 */
function step(commands: readonly BoundCommand[], run: Run): void {
  for (let i = 0; i < commands.length; i++) commands[i](run)
}

/** Returns an execution of a program whose commands are functions that compute on the current thread. */
export function execute(program: Program, commands: readonly BoundCommand[], source: Source): Execution {
  const { first = 0, offset = 0, own = false, stop: votes } = source
  const run: Run = { source, first, position: first, row: first, place: 0 }
  let reached: Reached = { row: 0, sum: Number.NaN }
  let stopped = false
  let sliceEnds = 0
  // With a large network, a single batch can take longer than `sliceMilliseconds`. Then `start` also yields to the
  // event loop between the kernel calls of a batch.
  const long = program.rows * program.sizes.parameters > 1e6

  function startSlice(): void {
    sliceEnds = performance.now() + sliceMilliseconds
  }

  /** Moves to the batch at a row of the run. */
  function moveTo(position: number): void {
    const done = position - first
    run.position = position
    run.row = position + offset
    run.place = own ? (done / program.batchRows) * program.rows : done + offset
  }

  /** Whether the ranks that train together have agreed to end the run. */
  const mustStop = () => votes !== undefined && votes[0] !== 0

  /** Notes the row that the run has reached, with the sum at this row. Call it only between two batches. */
  function reach(row: number): void {
    reached = { row, sum: source.sum?.[0] ?? Number.NaN }
  }

  /**
   * Runs batch after batch until the row `to` or until the time `sliceEnds`. The function is not async, because in an
   * async function each result of performance.now() would be allocated on the heap.
   */
  function stepSlice(to: number): void {
    let position = reached.row
    while (position + program.batchRows <= to && performance.now() < sliceEnds) {
      moveTo(position)
      step(commands, run)
      position += program.batchRows
      if (mustStop()) break
    }
    reach(position)
  }

  async function stepYielding(): Promise<void> {
    const { row } = reached
    for (const command of commands) {
      moveTo(row)
      command(run)
      if (performance.now() >= sliceEnds) {
        await yieldToEventLoop()
        startSlice()
      }
    }
    reach(row + program.batchRows)
  }

  function checkStart(from: number): void {
    if (from < first) throw new DataError(`row ${from} of the run: its source begins at row ${first}`)
  }

  return {
    run(from, to) {
      checkStart(from)
      for (let position = from; position + program.batchRows <= to; position += program.batchRows) {
        moveTo(position)
        step(commands, run)
      }
    },
    async start(from, to) {
      checkStart(from)
      reach(from)
      stopped = false
      startSlice()
      while (reached.row + program.batchRows <= to && !stopped && !mustStop()) {
        if (long) await stepYielding()
        else {
          stepSlice(to)
          await yieldToEventLoop()
          startSlice()
        }
      }
      if (long) await yieldToEventLoop()
      return reached.row
    },
    stop() {
      stopped = true
    },
    get reached() {
      return reached
    },
  }
}

/** Returns the name and version of the JavaScript engine, such as "V8 12.4". Undefined if they are not known. */
export function engineName(): string | undefined {
  const v8 = globalThis.process?.versions?.v8
  return v8 && `V8 ${v8.replace(/-.*/, '')}`
}

/**
 * Creates the TypeScript backend. Its results define what every backend must compute. It computes each kernel with a
 * TypeScript function on the current thread.
 */
export function createTypeScriptBackend(): Backend {
  return {
    name: 'typescript',
    detail: engineName() ?? 'plain JavaScript',
    ...anyMemory,
    load(program: Program, memory: Memory) {
      const commands = program.commands.map((command) => bindCommand(command, memory, functions))
      return { bind: (source) => execute(program, commands, source) }
    },
  }
}
