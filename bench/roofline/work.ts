import { compile } from '#src/compile/compile'
import { describeNetwork } from '#src/compile/spec'
import type { TrainingCase } from '../cases.js'
import { descriptionOf } from '../form.js'

type Step = Pick<TrainingCase, 'sizes' | 'hidden' | 'output' | 'cost' | 'batchSize'>

/** What a step of training must compute and move, at least. */
export interface StepWork {
  /** Multiplications and additions of the products of matrices: what is done to elements is little beside them. */
  readonly operations: number
  /** Read and written. */
  readonly bytes: number
  /** How many different bytes those are. */
  readonly footprint: number
}

/**
 * Counted from the program's own gemm commands, 2 m n k of each. Of bytes each one counts as often as a step with an
 * unlimited cache would have to move it: parameters are read and written once; each pixel of the batch is read as a byte, and
 * written and read as a float; so is each activation, and each error by which it is corrected. A cache that is too small
 * moves some of them again: the true intensity is at most as high, and the true share of the roof at least.
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
