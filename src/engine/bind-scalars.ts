import { ProgramError } from '../base/errors.js'
import type { FloatArray } from '../base/memory.js'
import { type RegionName, scalarNames } from '../compile/region-names.js'
import { type Memory, view } from '../program/arena.js'
import type { Program } from '../program/program.js'
import type { Job } from './engine-job.js'

/**
 * The measures of standardization. Standardized inputs are (x - means) factors. Each array holds one number per input.
 */
export interface InputMeasures {
  readonly means: Float64Array
  readonly factors: Float64Array
}

/** The values of scalars that most jobs do not set. */
const defaults: Job['scalars'] = { one: 1, ones: 1, costLimit: Number.POSITIVE_INFINITY }

/**
 * Returns where the scalars of a program are in memory, and their values for a job.
 * @throws ProgramError if the program has a scalar that the job does not set
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
