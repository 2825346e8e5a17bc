import { checkInteger } from '../base/checks.js'
import { BackendError, DescentError, OptionError, optionError } from '../base/errors.js'
import type { FloatArray } from '../base/memory.js'
import { countParameters } from '../compile/parameters.js'
import { describeNetwork, type NetworkDescription, outputsOf } from '../compile/spec.js'
import type { InputMeasures } from '../engine/bind-scalars.js'
import type { Engine } from '../engine/engine.js'
import { checkLabelNames } from '../engine/label-names.js'
import type { Model } from '../engine/model-file.js'
import type { TrainingState } from '../engine/training-state.js'
import { floatArrayType } from '../program/arena.js'
import type { Dtype } from '../program/kernels.js'

/** A network as it goes to another thread: by `postMessage` or as `workerData`, without a copy of its parameters. */
export interface SharedNetwork {
  readonly description: NetworkDescription
  readonly dtype: Dtype
  /** All weights and biases, in the memory of the network itself: shared, and not copied when it is posted. */
  readonly parameters: FloatArray
  /** How inputs were brought to mean 0 and deviation 1 when the network was shared. */
  readonly standardization: InputMeasures | undefined
  readonly labelNames: readonly string[] | undefined
  /** What the network was made with, and the epochs that it had learned when it was shared: they go into what is saved of it. */
  readonly seed: number
  readonly epochsSeen: number
}

/** @throws BackendError where there is no shared memory */
export function shareOf(
  engine: Engine,
  { labelNames, seed, epochsSeen }: Pick<TrainingState, 'labelNames' | 'seed' | 'epochsSeen'>,
): SharedNetwork {
  const { spec, dtype, parameters, kept } = engine
  if (!isShared(parameters)) {
    throw new BackendError('the network is in plain memory, because this page is not isolated: no thread can share it')
  }
  return { description: spec, dtype, parameters, standardization: kept.standardization, labelNames, seed, epochsSeen }
}

/** What another thread gave, checked: it may be of another version, or no network. @throws OptionError */
export function checkShared(shared: SharedNetwork): Omit<Model, 'run'> {
  if (typeof shared !== 'object' || shared === null) throw optionError({ shared }, 'what network.share() gives')
  const { dtype, parameters, standardization, labelNames, seed, epochsSeen } = shared
  const spec = describeNetwork(shared.description)
  if (dtype !== 'float32' && dtype !== 'float64') throw optionError({ dtype }, "'float32' or 'float64'")
  const Type = floatArrayType(dtype)
  if (!(parameters instanceof Type && isShared(parameters))) {
    throw optionError({ parameters }, `a ${Type.name} in shared memory`)
  }
  const count = countParameters(spec)
  if (parameters.length !== count) {
    throw new OptionError(`parameters must have ${count} numbers, not ${parameters.length}`)
  }
  if (standardization) {
    for (const [name, values] of Object.entries({ means: standardization.means, factors: standardization.factors })) {
      if (!(values instanceof Float64Array && values.length === spec.inputs)) {
        throw optionError({ [name]: values }, `a Float64Array(${spec.inputs})`)
      }
    }
  }
  checkInteger({ seed }, 0)
  checkInteger({ epochsSeen }, 0)
  const names = labelNames && checkLabelNames(labelNames, outputsOf(spec))
  return { spec, dtype, seed, epochsSeen, parameters, standardization, labelNames: names }
}

/** @throws DescentError in a network over the memory of another one, where two could learn at once */
export function requireOwn({ own }: Pick<TrainingState, 'own'>, what: string): void {
  if (!own) throw new DescentError(`${what} is for the network that was shared, not for those over its memory`)
}

function isShared({ buffer }: FloatArray): boolean {
  return typeof SharedArrayBuffer === 'function' && buffer instanceof SharedArrayBuffer
}
