import { isUint8Array } from '../../base/typed-arrays.js'
import { type Memory, type Region, view } from '../../program/arena.js'
import type { CommandOf } from '../../program/program.js'
import type { BoundCommand } from '../typescript/bind.js'
import { gatherInputs, need, rowAt } from '../typescript/gather.js'
import { heapWith } from './heap.js'
import type { Functions } from './module.js'

// The sizes from which a compiled function takes less time than the function of the TypeScript backend. A call of a
// compiled function takes some 20 nanoseconds more, and copying a row of bytes some 40.
const minElements = 16
const minWidth = 96

/**
 * Returns a function that computes an element-wise command in a heap. `compute` gets the compiled functions and the
 * addresses of the regions. The second region is the result. Returns undefined if the result has few elements, or if the
 * regions do not lie in the same heap. Then the function of the TypeScript backend gives the same bits.
 */
export function bindInHeap(
  memory: Memory,
  regions: readonly [Region, Region],
  compute: (functions: Functions, first: number, second: number) => void,
): BoundCommand | undefined {
  const [first, second] = regions.map((region) => view(memory, region) as Float32Array)
  const heap = heapWith(first)
  if (!heap || heap !== heapWith(second) || second.length < minElements) return undefined
  return () => compute(heap.functions, first.byteOffset, second.byteOffset)
}

/**
 * Returns a function that converts the inputs of a batch from bytes in its heap. Returns undefined if a row has few inputs,
 * or if the memory of the batch is not in a heap. Then, and for inputs that are not bytes, the function of the TypeScript
 * backend gives the same bits.
 */
export function bindGatherInputs(command: CommandOf<'gatherInputs'>, memory: Memory): BoundCommand | undefined {
  const { rows, width } = command
  const [scale, out] = [view(memory, command.scale), view(memory, command.out) as Float32Array]
  const heap = heapWith(out)
  if (!heap || width < minWidth) return undefined
  const bytes = new Uint8Array(out.buffer, out.byteOffset, out.byteLength)
  return (run) => {
    const inputs = need(run.source, 'inputs')
    if (!isUint8Array(inputs)) return gatherInputs({ rows, width, scale, out }, run)
    for (let r = 0; r < rows; r++) {
      const from = width * rowAt(run.source, run.place + r, Math.floor(inputs.length / width))
      bytes.set(inputs.subarray(from, from + width), (4 * r + 3) * width)
    }
    heap.functions.scaleBytes(rows, width, scale[0], out.byteOffset)
  }
}
