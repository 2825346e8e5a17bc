import { compile } from '#src/compile/compile'
import { describeNetwork } from '#src/compile/spec'
import type { TrainingCase } from '../cases.js'
import { descriptionOf } from '../form.js'

type Step = Pick<TrainingCase, 'sizes' | 'hidden' | 'output' | 'cost' | 'batchSize'>

/** The minimum work of a training step: the operations that it must compute, and the bytes that it must move. */
export interface StepWork {
  /**
   * The number of multiplications and additions in matrix products. Elementwise work is left out, because it is small
   * in comparison.
   */
  readonly operations: number
  /** The number of bytes that are read plus the number of bytes that are written. */
  readonly bytes: number
  /** The number of distinct bytes that are read or written, each counted once. */
  readonly footprint: number
}

/**
 * Counts the operations and the bytes of a training step. The product of an m x k matrix and a k x n matrix counts as
 * 2mnk operations. The bytes are those that must be moved even if the cache is unlimited. With a real cache, a step may
 * move more bytes, so the real speed limit may be lower than the computed one.
 *
 * Parameters, activations and errors are written once and read once. Each pixel of the batch is read as a byte, then
 * written and read as a float.
 */
export function workOfStep(step: Step): StepWork {
  const { sizes, batchSize: rows } = step
  const { commands } = compile(describeNetwork(descriptionOf(step)), { task: 'train', dtype: 'float32', rows })
  const operations = commands.reduce((sum, one) => sum + (one.kernel === 'gemm' ? 2 * one.m * one.n * one.k : 0), 0)
  const [inputs, ...outputs] = sizes
  const parameters = outputs.reduce((sum, size, l) => sum + size * (sizes[l] + 1), 0)
  const neurons = outputs.reduce((sum, size) => sum + size, 0)
  const once = 4 * parameters + rows * (4 * inputs + 2 * 4 * neurons)
  return { operations, bytes: 2 * once + rows * inputs, footprint: once + rows * inputs }
}
