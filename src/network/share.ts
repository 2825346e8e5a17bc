import { checkInteger } from '../base/checks.js'
import { BackendError, DescentError, OptionError, optionError } from '../base/errors.js'
import type { FloatArray } from '../base/memory.js'
import { isFloat64Array, typedArrayName } from '../base/typed-arrays.js'
import { countParameters } from '../compile/parameters.js'
import { describeNetwork, type NetworkDescription, outputsOf } from '../compile/spec.js'
import type { InputMeasures } from '../engine/bind-scalars.js'
import type { Engine } from '../engine/engine.js'
import { type PastEpoch, readHistory } from '../engine/history.js'
import { checkInputNames } from '../engine/input-names.js'
import { checkLabelNames } from '../engine/label-names.js'
import { formatVersion } from '../engine/metadata.js'
import type { Model } from '../engine/model-file.js'
import type { TrainingState } from '../engine/training-state.js'
import { floatArrayType } from '../program/arena.js'
import type { Dtype } from '../program/kernels.js'
import { checkSchema } from '../schema/check-schema.js'
import type { TableSchema } from '../schema/schema.js'

/**
 * A network in a form that can be sent to another thread, by `postMessage` or as `workerData`. Its parameters are not
 * copied.
 */
export interface SharedNetwork {
  /**
   * The version of the model format. It is checked, because the same description may have a different meaning in a
   * different version of the package.
   */
  readonly version: string
  readonly description: NetworkDescription
  readonly dtype: Dtype
  /** All weights and biases, in the shared memory of the network. */
  readonly parameters: FloatArray
  /** The standardization of inputs at the time when `share` was called. */
  readonly standardization: InputMeasures | undefined
  readonly labelNames: readonly string[] | undefined
  readonly inputNames: readonly string[] | undefined
  readonly schema: TableSchema | undefined
  /** The seed of the network. The other thread needs it to save the network. */
  readonly seed: number
  /** The number of epochs trained before `share` was called. The other thread needs it to save the network. */
  readonly epochsSeen: number
  /** The history of the network before `share` was called. The other thread needs it to save the network. */
  readonly history: readonly PastEpoch[]
}

/**
 * Returns the network in a form that can be sent to another thread.
 * @throws BackendError if the network is not in shared memory
 */
export function shareOf(
  engine: Engine,
  { labelNames, schema, seed, epochsSeen, history }: Omit<TrainingState, 'optimizer' | 'own'>,
): SharedNetwork {
  const { spec, dtype, parameters, kept } = engine
  if (!isShared(parameters)) {
    throw new BackendError(
      'threads cannot share this network: it is not in shared memory, because this page is not isolated',
    )
  }
  const { standardization, inputNames } = kept
  const numbers = { parameters, standardization, seed, epochsSeen }
  const names = { labelNames, inputNames, schema }
  return { version: formatVersion, description: spec, dtype, ...numbers, ...names, history: [...history] }
}

/**
 * Checks the data from another thread, and returns it as a model. The data may come from a different version of the
 * package, or may not be a network at all.
 * @throws OptionError if the data is not a network that this version of the package can use
 */
export function checkShared(shared: SharedNetwork): Omit<Model, 'run'> {
  if (typeof shared !== 'object' || shared === null) throw optionError({ shared }, 'the result of network.share()')
  const { version, dtype, parameters, standardization, labelNames, inputNames, seed, epochsSeen } = shared
  if (version !== formatVersion)
    throw optionError({ version }, `"${formatVersion}", as this version of descent shares networks`)
  const spec = describeNetwork(shared.description)
  if (dtype !== 'float32' && dtype !== 'float64') throw optionError({ dtype }, "'float32' or 'float64'")
  const Type = floatArrayType(dtype)
  if (!(typedArrayName(parameters) === Type.name && isShared(parameters))) {
    throw optionError({ parameters }, `a ${Type.name} in shared memory`)
  }
  const count = countParameters(spec)
  if (parameters.length !== count) {
    throw new OptionError(`parameters must have ${count} numbers, not ${parameters.length}`)
  }
  if (standardization) {
    for (const [name, values] of Object.entries({ means: standardization.means, factors: standardization.factors })) {
      if (!(isFloat64Array(values) && values.length === spec.inputs)) {
        throw optionError({ [name]: values }, `a Float64Array(${spec.inputs})`)
      }
    }
  }
  checkInteger({ seed }, 0)
  checkInteger({ epochsSeen }, 0)
  const failShared = (problem: string): never => {
    throw new OptionError(`shared cannot be used: ${problem}`)
  }
  const history = readHistory(shared.history, failShared)
  const names = {
    labelNames: labelNames && checkLabelNames(labelNames, outputsOf(spec)),
    inputNames: inputNames && checkInputNames(inputNames, spec.inputs),
    schema: shared.schema && checkSchema(shared.schema, failShared, { inputs: spec.inputs, outputs: outputsOf(spec) }),
  }
  // If the array is from another realm, such as a vm context, `instanceof` does not recognize it. So make a new array
  // over the same memory.
  const { buffer, byteOffset } = parameters
  const own =
    dtype === 'float32' ? new Float32Array(buffer, byteOffset, count) : new Float64Array(buffer, byteOffset, count)
  return { spec, dtype, seed, epochsSeen, parameters: own, standardization, history, ...names }
}

/**
 * Checks that the network has its own parameters. If two networks shared their parameters and were trained at the same
 * time, they would overwrite each other's updates.
 * @throws DescentError if the network uses the memory of another network
 */
export function requireOwn({ own }: Pick<TrainingState, 'own'>, what: string): void {
  if (!own) throw new DescentError(`${what} is only for the original network, not for networks that share its memory`)
}

function isShared({ buffer }: FloatArray): boolean {
  return Object.prototype.toString.call(buffer) === '[object SharedArrayBuffer]'
}
