import type { FloatArray } from '../base/memory.js'
import { type Memory, view } from '../program/arena.js'
import type { Program } from '../program/program.js'
import type { Job } from './engine-job.js'

/** Inputs become (x - means) factors; (inputs) each. */
export interface InputMeasures {
  readonly means: Float64Array
  readonly factors: Float64Array
}

/** Where the scalars of a program lie, and what they are for a job. */
export function bindScalars(
  program: Program,
  memory: Memory,
  scalars: Job['scalars'],
  standardization: InputMeasures | undefined,
): (readonly [place: FloatArray, value: ArrayLike<number>])[] {
  const inputs = standardization && { inputMeans: standardization.means, inputFactors: standardization.factors }
  const usual = { one: 1, ones: 1, costLimit: Number.POSITIVE_INFINITY }
  return Object.entries({ ...usual, ...inputs, ...scalars }).flatMap(([name, value]) => {
    const region = program.regions.get(name)
    if (!region) return []
    const place = view(memory, region)
    return [[place, typeof value === 'number' ? place.slice().fill(value) : value] as const]
  })
}
