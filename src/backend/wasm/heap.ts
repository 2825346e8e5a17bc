import { addBallast } from '../../base/memory.js'
import { type Functions, maxPages, pageSize, type WasmMemory, type WasmModule } from './module.js'

/**
 * Memory in which the compiled functions work. It has the parameters of a network, and the workspaces of the programs
 * that use these parameters. An array that it has given out is never moved, detached or reused.
 */
export interface Heap {
  readonly functions: Functions
  /** Returns a zeroed array. Returns undefined if the heap has no room for it. */
  allocate(length: number): Float32Array | undefined
}

/**
 * The largest number of heaps that a thread has at the same time. V8 reserves 8 GiB or more of address space for each
 * of them, and an address space has 128 TiB. A network without a heap has plain memory, from which its matrices are
 * copied for each product.
 */
const maxHeaps = 1000
let heaps = 0
const dropped = new FinalizationRegistry<undefined>(() => {
  heaps--
})

/** The heap of each buffer of its memory. A shared memory has a new buffer each time after it has grown. */
const heapOf = new WeakMap<ArrayBufferLike, Heap>()

/** Returns the heap in which an array lies. Returns undefined if the array is in other memory. */
export function heapWith({ buffer }: Float32Array): Heap | undefined {
  return heapOf.get(buffer)
}

/**
 * The number of bytes that the last array of a heap keeps from the end of the memory. The compiled functions may read
 * so far past the end of an array.
 */
const slack = 16
/** Arrays begin at multiples of this number of bytes, which is the size of a cache line. */
const alignment = 64

/**
 * Creates a heap for parameters of the given size. Memory that is not shared cannot grow later, because its old buffer
 * would be detached, and with it the views that users have of the parameters. So it is created with room for workspaces.
 * The unused part of it takes address space, but hardly any physical memory.
 *
 * @returns undefined if the engine cannot create the memory
 */
export function createHeap(module: WasmModule, bytes: number): Heap | undefined {
  if (heaps >= maxHeaps) return undefined
  const memory = createMemory(module, bytes)
  if (!memory) return undefined
  heaps++
  dropped.register(memory, undefined)
  const functions = module.instantiate(memory)
  if (module.shared) addBallast(memory, bytes)
  let end = 0
  const heap: Heap = {
    functions,
    allocate(length) {
      const start = end
      const next = Math.ceil((start + length * Float32Array.BYTES_PER_ELEMENT) / alignment) * alignment
      const missing = pagesFor(next + slack) - memory.buffer.byteLength / pageSize
      if (missing > 0 && !(module.shared && grow(memory, missing))) return undefined
      end = next
      const { buffer } = memory
      heapOf.set(buffer, heap)
      return new Float32Array(buffer, start, length)
    },
  }
  return heap
}

function createMemory({ shared, createMemory }: WasmModule, bytes: number): WasmMemory | undefined {
  const needed = pagesFor(bytes + slack)
  // A workspace has activations and errors of a batch, and a gradient or less. There are several workspaces if calls
  // answer at the same time, and up to two copies of the parameters.
  const most = Math.min(maxPages, 8 * needed + (shared ? 4096 : 64))
  try {
    return createMemory(shared ? needed : most, most)
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

function grow(memory: WasmMemory, pages: number): boolean {
  try {
    memory.grow(pages)
    return true
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}

function pagesFor(bytes: number): number {
  return Math.ceil(bytes / pageSize)
}
