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

/** The properties that all batches of a source must have in common, so that their rows fit into the same arrays. */
export interface BatchForm {
  readonly inputs: ArrayType<InputArray>
  readonly scale: number
  /** The array type of the targets. Undefined if the rows have labels. */
  readonly targets: ArrayType<FloatArray> | undefined
}

const typeOf = (array: FloatArray): ArrayType<FloatArray> => (isFloat32Array(array) ? Float32Array : Float64Array)

const describe = ({ inputs, scale, targets }: BatchForm): string =>
  `${inputs.name} inputs with scale ${scale} and ${targets ? `${targets.name} targets` : 'labels'}`

/**
 * Checks that a batch fits the network. Returns the form of the batch, which consists of its array types and its scale.
 * If `known` (the form of the earlier batches) is given, the batch must have the same form.
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
  const [there, here] = [known ?? form, form].map(describe)
  if (there !== here) throw new DataError(`${name} has ${here}, but the batches before it have ${there}`)
  return form
}
