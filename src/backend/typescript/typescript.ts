import { breathe } from '../../breathe.js'
import type { Memory } from '../../program/arena.js'
import type { Program } from '../../program/program.js'
import type { Backend, Execution, Source } from '../backend.js'
import * as activations from './activations.js'
import { type BoundCommand, bindCommand, type KernelFunctions, type Run } from './bind.js'
import * as costs from './costs.js'
import { dropout } from './dropout.js'
import * as elementwise from './elementwise.js'
import { gemm } from './gemm.js'
import * as optimizers from './optimizers.js'
import * as reduce from './reduce.js'
import * as rows from './rows.js'
import * as softmaxCrossEntropy from './softmax-cross-entropy.js'
import * as update from './update.js'

const functions: KernelFunctions = {
  gatherInputs: rows.gatherInputs,
  gatherTargets: rows.gatherTargets,
  oneHot: rows.oneHot,
  gemm,
  ...elementwise,
  ...activations,
  ...costs,
  ...softmaxCrossEntropy,
  ...reduce,
  ...update,
  ...optimizers,
  dropout,
  storeOutputs: rows.storeOutputs,
  storeClasses: rows.storeClasses,
}

/** All commands once. By index: an async function that goes through them by iterator makes an object for each. */
function step(commands: readonly BoundCommand[], run: Run): void {
  for (let i = 0; i < commands.length; i++) commands[i](run)
}

function execute(program: Program, commands: readonly BoundCommand[], source: Source): Execution {
  const run: Run = { source, position: 0 }
  // A step of a large network takes longer than a slice may: it breathes between its commands.
  const long = program.rows * program.sizes.parameters > 1e6

  /** Steps from `from` on until `to` or the time `end`. No async function, in which every time is an object. */
  function stepUntil(from: number, to: number, end: number): number {
    let position = from
    while (position + program.rows <= to && performance.now() < end) {
      run.position = position
      step(commands, run)
      position += program.rows
    }
    return position
  }

  async function stepBreathing(from: number, to: number, milliseconds: number): Promise<number> {
    let end = performance.now() + milliseconds
    let position = from
    while (position + program.rows <= to && performance.now() < end) {
      for (const command of commands) {
        run.position = position
        command(run)
        if (performance.now() >= end) {
          await breathe()
          end = performance.now() + milliseconds
        }
      }
      position += program.rows
    }
    return position
  }

  return {
    run(from, to) {
      for (run.position = from; run.position + program.rows <= to; run.position += program.rows) step(commands, run)
    },
    async slice(from, to, milliseconds) {
      const position = long
        ? await stepBreathing(from, to, milliseconds)
        : stepUntil(from, to, performance.now() + milliseconds)
      await breathe()
      return position
    },
  }
}

/** The backend that is the definition: a loop over plain functions, on this thread. */
export function createTypeScriptBackend(): Backend {
  const v8 = globalThis.process?.versions?.v8
  return {
    name: 'typescript',
    detail: v8 ? `V8 ${v8.replace(/-.*/, '')}` : 'plain JavaScript',
    load(program: Program, memory: Memory) {
      const commands = program.commands.map((command) => bindCommand(command, memory, functions))
      return { bind: (source) => execute(program, commands, source) }
    },
  }
}
