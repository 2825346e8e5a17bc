import type { Memory } from '../../program/arena.js'
import type { Program } from '../../program/program.js'
import type { Backend, Execution, Source } from '../backend.js'
import { breathe } from '../breathe.js'
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

function execute(program: Program, commands: readonly BoundCommand[], source: Source): Execution {
  const run: Run = { source, position: 0 }
  return {
    run(from, to) {
      for (run.position = from; run.position + program.rows <= to; run.position += program.rows) {
        for (const command of commands) command(run)
      }
    },
    async slice(from, to, milliseconds) {
      let end = performance.now() + milliseconds
      let position = from
      while (position + program.rows <= to && performance.now() < end) {
        for (const command of commands) {
          run.position = position
          command(run)
          // A step of a large network takes longer than a slice may: it breathes between its commands.
          if (program.rows * program.sizes.parameters > 1e6 && performance.now() >= end) {
            await breathe()
            end = performance.now() + milliseconds
          }
        }
        position += program.rows
      }
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
