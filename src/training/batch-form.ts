import { DataError } from '../base/errors.js'
import type { FloatArray } from '../base/memory.js'
import { isFloat32Array, isUint8Array } from '../base/typed-arrays.js'
import type { Dataset, InputArray } from '../data/dataset.js'
import { checkExamples } from '../engine/input-rows.js'
import type { Workspace } from '../engine/workspace.js'

interface ArrayType<A> {
  readonly name: string
  readonly BYTES_PER_ELEMENT: number
  new (buffer: ArrayBufferLike): A
}

/** How the rows of batches are stored. */
export interface BatchForm {
  readonly inputs: ArrayType<InputArray>
  readonly scale: number
  /** The array type of the targets. Undefined if the rows have labels. */
  readonly targets: ArrayType<FloatArray> | undefined
}

const typeOf = (array: FloatArray): ArrayType<FloatArray> => (isFloat32Array(array) ? Float32Array : Float64Array)

/** Returns the type of array that holds the numbers of both types without rounding them. */
const wider = <A extends ArrayType<InputArray>>(one: A, other: A): A => (one.name === 'Float64Array' ? one : other)

/**
 * Describes what all batches of a source must have in common. Bytes and floats may not be mixed, because their default
 * scales differ.
 */
const describe = ({ inputs, scale, targets }: BatchForm): string =>
  `${inputs === Uint8Array ? 'byte' : 'float'} inputs with scale ${scale} and ${targets ? 'targets' : 'labels'}`

/**
 * Checks that a batch fits the network. Returns the form of arrays that hold the rows of this batch and of the earlier
 * batches, whose form is `known`.
 * @throws DataError if a check fails. The message names the batch.
 */
export function checkBatch(
  name: string,
  batch: Dataset,
  network: Pick<Workspace, 'spec' | 'kept'>,
  known: BatchForm | undefined,
): BatchForm {
  const { inputs, scale, targets } = batch
  try {
    checkExamples(name, batch, network)
  } catch (error) {
    if (!(error instanceof DataError) || error.message.startsWith(name)) throw error
    throw new DataError(`${name}: ${error.message}`)
  }
  const form = {
    inputs: isUint8Array(inputs) ? Uint8Array : typeOf(inputs),
    scale,
    targets: targets && typeOf(targets),
  }
  if (!known) return form
  const [there, here] = [known, form].map(describe)
  if (there !== here) throw new DataError(`${name} has ${here}, but the batches before it have ${there}`)
  return {
    inputs: wider(known.inputs, form.inputs),
    scale,
    targets: known.targets && form.targets && wider(known.targets, form.targets),
  }
}
