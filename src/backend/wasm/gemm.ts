import { type Memory, view } from '../../program/arena.js'
import type { CommandOf, Program } from '../../program/program.js'
import type { BoundCommand } from '../typescript/bind.js'
import { heapWith } from './heap.js'
import type { Products } from './module.js'
import type { Staging } from './staging.js'

/** The largest size in bytes of the three matrices of a product together. */
export const maxProductBytes = 2 ** 31

/** Whether the compiled functions compute this product. Otherwise, the function of the TypeScript backend does. */
export function computesProduct({ transA, transB, m, n, k }: CommandOf<'gemm'>, { dtype }: Program): boolean {
  // No program of a network multiplies two transposed matrices.
  return dtype === 'float32' && !(transA && transB) && 4 * (m * k + k * n + m * n) <= maxProductBytes
}

/**
 * Returns a function that computes a product. If the matrices lie in a heap, they are multiplied where they are.
 * Otherwise they are copied into the memory of `staging` first. Both ways give the same bits.
 */
export function bindProduct(command: CommandOf<'gemm'>, memory: Memory, staging: Staging): BoundCommand {
  const { m, n, k, alpha, beta } = command
  const matrix = ({ region, length }: { region: typeof command.a; length: number }) =>
    view(memory, region).subarray(0, length) as Float32Array
  const scale = view(memory, command.scale)
  const a = matrix({ region: command.a, length: m * k })
  const b = matrix({ region: command.b, length: k * n })
  const out = matrix({ region: command.out, length: m * n })
  const heap = heapWith(a)
  if (heap && heap === heapWith(b) && heap === heapWith(out)) {
    const { products } = heap
    const multiply = bindMultiply(command)
    return () => multiply(products, alpha * scale[0], a.byteOffset, b.byteOffset, out.byteOffset)
  }
  const multiply = bindMultiply(command)
  return () => {
    const copies = staging.reserve(m * k + k * n + m * n)
    copies.set(a)
    copies.set(b, m * k)
    if (beta !== 0) copies.set(out, m * k + k * n)
    multiply(staging.products, alpha * scale[0], 0, 4 * m * k, 4 * (m * k + k * n))
    out.set(copies.subarray(m * k + k * n))
  }
}

type Multiply = (products: Products, factor: number, a: number, b: number, out: number) => void

function bindMultiply({ transA, transB, m, n, k, beta }: CommandOf<'gemm'>): Multiply {
  if (transB) return (products, factor, a, b, out) => products.dot(m, n, k, factor, beta, a, b, out)
  const [rowStride, depthStride] = transA ? [4, 4 * m] : [4 * k, 4]
  return (products, factor, a, b, out) => products.outer(m, n, k, factor, beta, a, rowStride, depthStride, b, out)
}
