import type { FloatArray } from '../../base/memory.js'
import type { Memory } from '../../program/arena.js'
import type { Dtype } from '../../program/kernels.js'
import type { Command, Program } from '../../program/program.js'
import { anyMemory, type Backend } from '../backend.js'
import { type BoundCommand, bindCommand } from '../typescript/bind.js'
import { engineName, execute, functions } from '../typescript/typescript.js'
import { bindGatherInputs, bindInHeap } from './elementwise.js'
import { bindProduct, maxProductBytes } from './gemm.js'
import { createHeap, heapWith } from './heap.js'
import type { WasmModule } from './module.js'
import { createStaging, type Staging } from './staging.js'

/** The largest number of parameters of a network on this backend. */
const maxParameters = maxProductBytes / Float32Array.BYTES_PER_ELEMENT

/** Returns why a network with this number of parameters is too large for this backend. Undefined if it is not. */
export function tooLarge(parameters: number): string | undefined {
  if (parameters <= maxParameters) return undefined
  return `WebAssembly computes networks of up to ${maxParameters} parameters, and this network has ${parameters}`
}

/**
 * Creates the WebAssembly backend. It is the TypeScript backend, but in float32 networks, products of matrices and the
 * most frequent element-wise kernels are computed with the vector instructions of WebAssembly. The bits of its results
 * are the same on every machine.
 */
export function createWasmBackend(module: WasmModule): Backend {
  const staging = createStaging(module)
  const engine = engineName()

  function allocateParameters(dtype: Dtype, length: number): FloatArray {
    const heap = dtype === 'float32' ? createHeap(module, length * Float32Array.BYTES_PER_ELEMENT) : undefined
    return heap?.allocate(length) ?? anyMemory.allocateParameters(dtype, length)
  }

  function allocateBeside(parameters: FloatArray, length: number): FloatArray {
    if (length === 0 || parameters instanceof Float64Array) return anyMemory.allocateBeside(parameters, length)
    // The memory of a heap is never reused. If a workspace grew by a few elements again and again, the heap would soon
    // be full. With powers of two, all former workspaces together are no larger than the last one.
    const roomy = 2 ** Math.ceil(Math.log2(length))
    return heapWith(parameters)?.allocate(roomy) ?? anyMemory.allocateBeside(parameters, length)
  }

  return {
    name: 'wasm',
    detail: ['WebAssembly SIMD for float32', ...(engine ? [engine] : [])].join(', '),
    allocateParameters,
    allocateBeside,
    load(program: Program, memory: Memory) {
      const commands = program.commands.map(
        (command) => bindCompiled(command, program, memory, staging) ?? bindCommand(command, memory, functions),
      )
      return { bind: (source) => execute(program, commands, source) }
    },
  }
}

/** Returns a function that executes a command with the compiled functions, or undefined if they cannot do that. */
function bindCompiled(
  command: Command,
  { dtype }: Program,
  memory: Memory,
  staging: Staging,
): BoundCommand | undefined {
  if (dtype !== 'float32') return undefined
  switch (command.kernel) {
    case 'gemm':
      return bindProduct(command, memory, staging)
    case 'sigmoid':
    case 'relu': {
      const { kernel, count } = command
      return bindInHeap(memory, [command.z, command.out], (compiled, z, out) => compiled[kernel](count, z, out))
    }
    case 'reluBackward': {
      const { count } = command
      return bindInHeap(memory, [command.a, command.delta], (compiled, a, delta) =>
        compiled.reluBackward(count, a, delta),
      )
    }
    case 'addBias': {
      const { rows, columns } = command
      return bindInHeap(memory, [command.bias, command.out], (compiled, bias, out) =>
        compiled.addBias(rows, columns, bias, out),
      )
    }
    case 'gatherInputs':
      return bindGatherInputs(command, memory)
    default:
      return undefined
  }
}
