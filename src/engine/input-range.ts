import { DataError } from '../base/errors.js'
import { isFloat64Array } from '../base/typed-arrays.js'
import type { Dataset, InputArray } from '../data/dataset.js'
import { standardizedIn } from './bind-scalars.js'
import type { Workspace } from './workspace.js'

/** The type in which a network computes, and how it standardizes its inputs. */
export interface NetworkRange {
  readonly dtype: Workspace['dtype']
  readonly kept: Partial<Pick<Workspace['kept'], 'standardization'>>
}

/** The arrays in which every number has been found to be in the range of float32. */
const inRange = new WeakSet<InputArray>()

/**
 * Checks that no input becomes infinite when it is rounded to float32. Only float64 inputs of a float32 network that
 * does not standardize them in float64 can become so. The numbers of an array are checked once.
 * @throws DataError if an input is too large
 */
export function checkRange(
  name: string,
  { inputs, width }: Pick<Dataset, 'inputs' | 'width'>,
  { dtype, kept }: NetworkRange,
): void {
  if (dtype === 'float64' || !isFloat64Array(inputs) || inRange.has(inputs)) return
  if (standardizedIn(dtype, kept.standardization) === 'float64') return
  for (let i = 0; i < inputs.length; i++) {
    if (Number.isFinite(Math.fround(inputs[i]))) continue
    const place = `${inputs[i]} at row ${Math.floor(i / width)}, column ${i % width}`
    throw new DataError(`${name} has ${place}, which is beyond what float32 holds: use a network of dtype 'float64'`)
  }
  inRange.add(inputs)
}
