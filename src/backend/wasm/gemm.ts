import { type Memory, type Region, view } from '../../program/arena.js'
import type { CommandOf } from '../../program/program.js'
import type { BoundCommand } from '../typescript/bind.js'
import { heapWith } from './heap.js'
import type { Functions } from './module.js'
import type { Staging } from './staging.js'

/** The largest size in bytes of the three matrices of a product together. */
export const maxProductBytes = 2 ** 31
/** The largest number of rows that are answered in one pass (`chunkRows` of src/engine/workspace.ts). */
const maxAnswered = 256

/**
 * Whether the compiled functions compute a product of float32 matrices. They do not if the matrices are too large, or
 * both transposed, which they are in no program of a network. The answer is the same for any number of answered rows,
 * because a row must have the same bits alone and among others.
 */
export function isCompiled({ transA, transB, m, n, k }: Omit<CommandOf<'gemm'>, 'a' | 'b' | 'out' | 'scale'>): boolean {
  const rows = transA ? m : Math.max(m, maxAnswered)
  return !(transA && transB) && Float32Array.BYTES_PER_ELEMENT * (rows * k + k * n + rows * n) <= maxProductBytes
}

/**
 * Returns a function that computes a product of float32 matrices. If the matrices lie in a heap, they are multiplied
 * where they are. Otherwise they are copied into the memory of `staging` first. Both ways give the same bits.
 *
 * @returns undefined if the compiled functions do not compute the product
 */
export function bindProduct(command: CommandOf<'gemm'>, memory: Memory, staging: Staging): BoundCommand | undefined {
  const { m, n, k, alpha, beta } = command
  if (!isCompiled(command)) return undefined
  const matrix = (region: Region, length: number) => view(memory, region).subarray(0, length) as Float32Array
  const scale = view(memory, command.scale)
  const a = matrix(command.a, m * k)
  const b = matrix(command.b, k * n)
  const out = matrix(command.out, m * n)
  const multiply = bindMultiply(command)
  const heap = heapWith(a)
  if (heap && heap === heapWith(b) && heap === heapWith(out)) {
    const { functions } = heap
    return () => multiply(functions, alpha * scale[0], a.byteOffset, b.byteOffset, out.byteOffset)
  }
  return () => {
    const copies = staging.reserve(m * k + k * n + m * n)
    copies.set(a)
    copies.set(b, m * k)
    if (beta !== 0) copies.set(out, m * k + k * n)
    multiply(staging.functions, alpha * scale[0], 0, 4 * m * k, 4 * (m * k + k * n))
    out.set(copies.subarray(m * k + k * n))
  }
}

type Multiply = (functions: Functions, factor: number, a: number, b: number, out: number) => void

function bindMultiply({ transA, transB, m, n, k, beta }: CommandOf<'gemm'>): Multiply {
  if (transB) return (functions, factor, a, b, out) => functions.dot(m, n, k, factor, beta, a, b, out)
  const [rowStride, depthStride] = transA ? [4, 4 * m] : [4 * k, 4]
  return (functions, factor, a, b, out) => functions.outer(m, n, k, factor, beta, a, rowStride, depthStride, b, out)
}
