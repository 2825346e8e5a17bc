import { checkKeys } from '../base/checks.js'
import { OptionError, optionError } from '../base/errors.js'
import { type Region, regionLength } from '../program/arena.js'
import type { MemoryName, NetworkBuilder } from './region-names.js'

/** Parameters that have the same learning rate. */
export interface ParameterGroup {
  /** All parameters, or a part of them. */
  readonly parameters: Region
  readonly gradient: Region
  readonly learningRate: Region
}

/** The memory regions that an optimizer reads and updates. */
export interface OptimizerPlaces {
  /** All parameters of the network. */
  readonly parameters: Region
  /** The parameters that are updated. Without rates of their own, all parameters form one group. */
  readonly groups: readonly ParameterGroup[]
}

/** The settings of each optimizer, except for the learning rate. */
export interface SettingsOf {
  /** Stochastic gradient descent (Nielsen, chapter 1, equations (20) and (21)). */
  readonly sgd: {
    /**
     * The fraction of the velocity that each step keeps (Nielsen, chapter 3; Polyak, 1964). Default 0, which means no
     * velocity.
     */
    readonly momentum: number
    /**
     * Whether to use Nesterov's momentum, which looks ahead along the velocity (Sutskever and others, 2013). Default
     * false.
     */
    readonly nesterov: boolean
  }
  /** Adagrad (Duchi, Hazan and Singer, 2011). */
  readonly adagrad: { readonly epsilon: number }
  /** RMSprop (Tieleman and Hinton, 2012). */
  readonly rmsprop: {
    /**
     * The factor that multiplies the old running mean of squared gradients in each step. PyTorch calls it alpha, and
     * Keras calls it rho. Default 0.99.
     */
    readonly decay: number
    readonly epsilon: number
  }
  /** Adam (Kingma and Ba, 2014). */
  readonly adam: AdamSettings
  /**
   * AdamW (Loshchilov and Hutter, 2017). Each step shrinks the parameters by the weight decay directly, instead of
   * adding a penalty to the gradient. As in PyTorch, this applies to biases too.
   */
  readonly adamw: AdamSettings & { readonly weightDecay: number }
  /** Rprop (Riedmiller and Braun, 1993). It is meant for batches that contain the whole dataset. */
  readonly rprop: object
  /** L-BFGS (Nocedal, 1980). Each step uses all rows of the dataset and passes over them several times. */
  readonly 'l-bfgs': {
    /** The number of recent steps from which L-BFGS estimates the curvature of the cost. Default 10. */
    readonly historySize: number
  }
}

interface AdamSettings {
  /** The factor that multiplies the old running mean of gradients in each step. Default 0.9. */
  readonly beta1: number
  /** The factor that multiplies the old running mean of squared gradients in each step. Default 0.999. */
  readonly beta2: number
  readonly epsilon: number
}

export type OptimizerName = keyof SettingsOf

/**
 * An optimizer, given as its name or as an object with its name and settings, such as `{ name: 'sgd', momentum: 0.9 }`.
 */
export type OptimizerOption =
  | OptimizerName
  | { readonly [Name in OptimizerName]: { readonly name: Name } & Partial<SettingsOf[Name]> }[OptimizerName]

/** An optimizer with all its settings. */
export type OptimizerSettings = {
  readonly [Name in OptimizerName]: { readonly name: Name; readonly settings: SettingsOf[Name] }
}[OptimizerName]

/** The default settings of an optimizer, and the function that compiles its update of the parameters. */
export interface Optimizer<Settings> {
  readonly defaults: Settings
  /**
   * Appends to the program the kernel calls that update all parameters from their gradient. The optimizer's own
   * numbers, such as the velocity, are kept in a part of the memory named `state`.
   */
  readonly update: (program: NetworkBuilder, places: OptimizerPlaces, settings: Settings) => void
}

/** Allocates memory for the optimizer's state: one number for each parameter. */
function placeState(program: NetworkBuilder, name: MemoryName, { parameters }: OptimizerPlaces): Region {
  return program.place('state', name, regionLength(parameters))
}

/**
 * Calls `emit` for each group of parameters, with its regions and its part of each array in `state`. These arrays have
 * one number for each parameter of the network.
 */
function emitGroups<Name extends MemoryName = never>(
  { parameters, groups }: OptimizerPlaces,
  state: Readonly<Record<Name, Region>>,
  emit: (part: ParameterGroup & { readonly count: number } & Readonly<Record<Name, Region>>) => void,
): void {
  for (const group of groups) {
    const count = regionLength(group.parameters)
    const from = group.parameters.offset - parameters.offset
    const partOf = (whole: Region): Region =>
      count === regionLength(whole)
        ? whole
        : {
            ...whole,
            name: `${whole.name} of ${group.parameters.name}`,
            offset: whole.offset + from,
            shape: [count],
          }
    const parts = Object.entries<Region>(state).map(([name, whole]) => [name, partOf(whole)])
    emit({ ...group, count, ...(Object.fromEntries(parts) as Record<Name, Region>) })
  }
}

function emitAdam(
  program: NetworkBuilder,
  places: OptimizerPlaces,
  { beta1, beta2, epsilon }: AdamSettings,
  weightDecay: number,
): void {
  const step = program.place('state', 'step')
  const mean = placeState(program, 'mean', places)
  const square = placeState(program, 'square', places)
  program.emit({ kernel: 'countStep', step })
  emitGroups(places, { mean, square }, (part) => {
    program.emit({ kernel: 'adam', beta1, beta2, epsilon, weightDecay, step, ...part })
  })
}

const adamDefaults = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }

/** The optimizers that update the parameters after each batch. These are all optimizers except l-bfgs. */
export const optimizers: {
  readonly [Name in Exclude<OptimizerName, 'l-bfgs'>]: Optimizer<SettingsOf[Name]>
} = {
  // Momentum is defined as in PyTorch: the learning rate multiplies the velocity.
  sgd: {
    defaults: { momentum: 0, nesterov: false },
    update(program, places, { momentum, nesterov }) {
      if (momentum === 0) return emitGroups(places, {}, (part) => program.emit({ kernel: 'sgd', ...part }))
      const velocity = placeState(program, 'velocity', places)
      emitGroups(places, { velocity }, (part) => {
        program.emit({ kernel: nesterov ? 'nesterov' : 'momentum', momentum, ...part })
      })
    },
  },
  adagrad: {
    defaults: { epsilon: 1e-10 },
    update(program, places, { epsilon }) {
      const squares = placeState(program, 'squares', places)
      emitGroups(places, { squares }, (part) => program.emit({ kernel: 'adagrad', epsilon, ...part }))
    },
  },
  rmsprop: {
    defaults: { decay: 0.99, epsilon: 1e-8 },
    update(program, places, { decay, epsilon }) {
      const squares = placeState(program, 'squares', places)
      emitGroups(places, { squares }, (part) => program.emit({ kernel: 'rmsprop', decay, epsilon, ...part }))
    },
  },
  adam: {
    defaults: adamDefaults,
    update: (program, places, settings) => emitAdam(program, places, settings, 0),
  },
  adamw: {
    defaults: { ...adamDefaults, weightDecay: 0.01 },
    update: (program, places, settings) => emitAdam(program, places, settings, settings.weightDecay),
  },
  rprop: {
    defaults: {},
    update(program, places) {
      const previous = placeState(program, 'previous', places)
      const sizes = placeState(program, 'sizes', places)
      emitGroups(places, { previous, sizes }, (part) => program.emit({ kernel: 'rprop', ...part }))
    },
  },
}

/**
 * The default settings of L-BFGS. L-BFGS is not in the table `optimizers`, because it does not update the parameters
 * after each batch. Each of its steps uses the whole dataset several times (training/l-bfgs.ts).
 */
export const lbfgsDefaults: SettingsOf['l-bfgs'] = { historySize: 10 }

/**
 * Appends to the program the kernel calls of an optimizer's step.
 * @throws OptionError if the optimizer is l-bfgs, because its steps use the whole dataset and not a batch
 */
export function emitStep(program: NetworkBuilder, optimizer: OptimizerSettings, places: OptimizerPlaces): void {
  if (optimizer.name === 'l-bfgs') {
    throw new OptionError('l-bfgs learns from whole datasets, by train or fit, not from batches')
  }
  const { update } = optimizers[optimizer.name] as Optimizer<SettingsOf[OptimizerName]>
  update(program, places, optimizer.settings)
}

/**
 * Whether the optimizer only computes `parameters -= learningRate * gradient`. If so, the matrix multiplication that
 * computes the gradient can update the weights directly, without storing the gradient.
 */
export const isLinear = (optimizer: OptimizerSettings): boolean =>
  optimizer.name === 'sgd' && optimizer.settings.momentum === 0

/**
 * Checks an optimizer and fills in default settings.
 * @throws OptionError if the optimizer or a setting does not exist, or a setting has a wrong value
 */
export function optimizerOf(optimizer: OptimizerOption): OptimizerSettings {
  const { name, ...given } = typeof optimizer === 'object' && optimizer !== null ? optimizer : { name: optimizer }
  const known = [...Object.keys(optimizers), 'l-bfgs']
  if (typeof name !== 'string' || !known.includes(name)) {
    const hint = ['momentum', 'nesterov'].includes(name) ? ` (${name} is a setting of sgd)` : ''
    throw optionError({ optimizer: name }, `one of ${known.join(', ')}${hint}`)
  }
  const defaults: object = name === 'l-bfgs' ? lbfgsDefaults : optimizers[name].defaults
  checkKeys(name, given, Object.keys(defaults))
  for (const [key, value] of Object.entries(given)) {
    const { isPossible, expected } = rules[key as keyof typeof rules] ?? fraction
    if (!isPossible(value)) throw optionError({ [`${name}.${key}`]: value }, expected)
  }
  const chosen = { name, settings: { ...defaults, ...given } } as OptimizerSettings
  if (chosen.name === 'sgd' && chosen.settings.nesterov && chosen.settings.momentum === 0) {
    throw optionError({ 'sgd.momentum': 0 }, 'above 0 where sgd.nesterov is true')
  }
  return chosen
}

/** The allowed values of a setting. */
interface Rule {
  readonly isPossible: (value: unknown) => boolean
  readonly expected: string
}

const fraction: Rule = {
  isPossible: (value) => typeof value === 'number' && value >= 0 && value < 1,
  expected: 'a number from 0 to below 1',
}
const notNegative: Rule = {
  isPossible: (value) => typeof value === 'number' && value >= 0 && value < Number.POSITIVE_INFINITY,
  expected: 'a number of at least 0',
}

/** The rules of settings that are not fractions. Every other setting must be a number from 0 to below 1. */
const rules = {
  nesterov: { isPossible: (value) => typeof value === 'boolean', expected: 'true or false' },
  historySize: {
    isPossible: (value) => Number.isInteger(value) && Number(value) >= 1,
    expected: 'a whole number of at least 1',
  },
  epsilon: notNegative,
  weightDecay: notNegative,
} satisfies Record<string, Rule>
