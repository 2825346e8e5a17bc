import { ProgramError } from '../base/errors.js'
import { hasLargeMeans } from '../base/large-means.js'
import type { FloatArray } from '../base/memory.js'
import { type RegionName, scalarNames } from '../compile/region-names.js'
import { type Memory, view } from '../program/arena.js'
import type { Dtype } from '../program/kernels.js'
import type { Program } from '../program/program.js'
import type { Job } from './engine-job.js'

/**
 * The numbers that standardize the inputs: each input x becomes (x - mean) * factor. Each array has one number per
 * input column.
 */
export interface InputMeasures {
  readonly means: Float64Array
  readonly factors: Float64Array
}

/**
 * Returns how programs standardize inputs with these measures. False means not at all, true means in the program's
 * dtype, and 'float64' means in float64. The result does not depend on how a dataset stores its inputs. So equal rows
 * always have equal outputs.
 */
export function standardizedIn(dtype: Dtype, inputs: InputMeasures | undefined): boolean | 'float64' {
  if (!inputs) return false
  return dtype === 'float32' && hasLargeMeans(inputs) ? 'float64' : true
}

/** Default values for some numbers that a compiled program needs, such as the limit of the cost. */
const defaults: Job['scalars'] = { one: 1, ones: 1, costLimit: Number.POSITIVE_INFINITY }

/**
 * Returns the memory and the value of each scalar that a compiled program uses. A scalar is a region of memory that
 * must be set before the program runs. Its value comes from `scalars`, from `standardization` or from the defaults.
 * @throws ProgramError if the program has a scalar without a value
 */
export function bindScalars(
  program: Program<RegionName>,
  memory: Memory,
  scalars: Job['scalars'],
  standardization: InputMeasures | undefined,
): (readonly [place: FloatArray, value: ArrayLike<number>])[] {
  const inputs = standardization && { inputMeans: standardization.means, inputFactors: standardization.factors }
  const values = { ...defaults, ...inputs, ...scalars }
  return scalarNames.flatMap((name) => {
    const region = program.regions.get(name)
    if (!region) return []
    const value = values[name]
    if (value === undefined)
      throw new ProgramError(`the program ${program.name} needs ${name}, which its job does not set`)
    const place = view(memory, region)
    return [[place, typeof value === 'number' ? place.slice().fill(value) : value] as const]
  })
}
