import {
  type ActivationName,
  type CostOption,
  defaultLearningRate,
  type OptimizerName,
  type OptimizerOption,
  type ScheduleName,
  type ScheduleOption,
} from '../../index.js'
import { typedName, type Values } from '../parsing/command.js'
import { listed, numberKind, wholeKind, yesOrNo } from '../parsing/option-parsers.js'
import { readSettings, type SettingKinds, splitSettings, typedWithSettings } from '../parsing/settings.js'
import { refuseValue, UsageError } from '../parsing/usage-error.js'

const share = numberKind('from 0 to below 1')
const fromZero = numberKind('of at least 0')
const factor = numberKind('from 0 to 1')
const count = wholeKind(1)

/** The options of gradient descent. */
export const learningOptions = {
  learningRate: {
    value: 'R',
    kind: numberKind('above 0'),
    alias: '--rate',
    meaning: 'learning rate (default 3 for the quadratic cost, else 0.5; for other optimizers than sgd see below)',
  },
  optimizer: {
    value: 'NAME[:SETTINGS]',
    meaning: 'sgd (default), adagrad, rmsprop, adam, adamw, rprop or l-bfgs; sgd:momentum=0.9,nesterov=yes',
  },
  momentum: {
    value: 'SHARE',
    kind: share,
    meaning: 'for sgd: the share of the velocity that each step keeps (default 0)',
  },
  beta1: { value: 'SHARE', kind: share, meaning: 'for adam and adamw: decay of the mean gradient (default 0.9)' },
  beta2: {
    value: 'SHARE',
    kind: share,
    meaning: 'for adam and adamw: decay of the mean squared gradient (default 0.999)',
  },
  weightDecay: { value: 'W', kind: fromZero, meaning: 'for adamw: decay of weights and biases (default 0.01)' },
  schedule: {
    value: 'NAME[:SETTINGS]',
    meaning:
      'how the learning rate changes: constant (default), step, exponential, cosine, one-cycle, coslog4 or plateau; step:epochs=5',
  },
  warmUp: {
    value: 'STEPS',
    kind: wholeKind(0),
    meaning: 'number of steps over which the learning rate rises from 0 (default 0)',
  },
} as const

type LearningArguments = Values<typeof learningOptions>

/** A learning rate schedule that is not a function, so that it can be stored as JSON. */
export type NamedSchedule = Exclude<ScheduleOption, (step: number) => number>

/** The parts of a network that determine its default learning rate. */
export interface RateShape {
  readonly cost: CostOption
  readonly output: ActivationName
}

/** All settings that determine the default learning rate. */
interface RateContext {
  readonly shape: RateShape
  readonly optimizer: OptimizerOption
}

/**
 * Returns the learning rate that the user typed. If the user typed none, returns the learning rate in the --from file
 * (`before`). If there is no such file, or if other options have changed the optimizer or the default learning rate,
 * returns the default learning rate.
 */
export function readRate(
  { learningRate }: LearningArguments,
  { shape, optimizer }: RateContext,
  before?: RateContext & { readonly rate: number },
): number {
  if (learningRate !== undefined) return learningRate
  const rate = defaultLearningRate(optimizer, shape.cost, shape.output)
  if (!before || named(before.optimizer).name !== named(optimizer).name) return rate
  const earlier = defaultLearningRate(before.optimizer, before.shape.cost, before.shape.output)
  return earlier === rate ? before.rate : rate
}

const adam = { beta1: share, beta2: share, epsilon: fromZero }

/** The settings of each optimizer. A setting has the name that the user types, such as "weight-decay". */
export const optimizerSettings: Readonly<Record<OptimizerName, SettingKinds>> = {
  sgd: { momentum: share, nesterov: yesOrNo },
  adagrad: { epsilon: fromZero },
  rmsprop: { decay: share, epsilon: fromZero },
  adam,
  adamw: { ...adam, 'weight-decay': fromZero },
  rprop: {},
  'l-bfgs': { 'history-size': count },
}

const warmUp = { 'warm-up': wholeKind(0) }

/** The settings of each schedule. A setting has the name that the user types, such as "warm-up". */
export const scheduleSettings: Readonly<Record<ScheduleName, SettingKinds>> = {
  constant: warmUp,
  step: { epochs: count, factor, ...warmUp },
  exponential: { factor, ...warmUp },
  cosine: { end: factor, ...warmUp },
  'one-cycle': { rise: factor, start: factor, end: factor, ...warmUp },
  coslog4: warmUp,
  plateau: { patience: count, factor, 'min-learning-rate': fromZero, ...warmUp },
}

/** The optimizer settings that can also be set by a separate command-line option, such as --momentum. */
const ownOptions = ['momentum', 'beta1', 'beta2', 'weightDecay'] as const

/** The name and settings of an optimizer or a schedule. */
type Named = { readonly name: string } & Readonly<Record<string, unknown>>

export function named(option: string | { readonly name: string }): Named {
  return typeof option === 'string' ? { name: option } : { ...option }
}

/** Returns an optimizer or a schedule as the user would type it, such as "adam:beta1=0.8". */
export function typedForm(option: string | { readonly name: string }): string {
  const { name, ...settings } = named(option)
  return typedWithSettings(name, settings)
}

/** Returns only the name if there are no settings, and otherwise an object with the name and the settings. */
function shortest({ name, ...rest }: Named): string | Named {
  return Object.keys(rest).length === 0 ? name : { name, ...rest }
}

/** Returns `before` if the name is unchanged, and otherwise an object with only the new name. */
function withName(before: Named, name: string | undefined): Named {
  return name === undefined || name === before.name ? before : { name }
}

/**
 * Returns the optimizer of the --from file (`before`) with the changes from the command line. Returns undefined if
 * neither of them sets an optimizer.
 * @throws UsageError if a setting is unknown, invalid or belongs to a different optimizer
 */
export function readOptimizer(args: LearningArguments, before?: OptimizerOption): OptimizerOption | undefined {
  const typed = args.optimizer === undefined ? undefined : splitSettings(args.optimizer)
  const chosen = withName(named(before ?? 'sgd'), typed?.head)
  // Unknown names are passed on unchanged, because the library rejects them with its own error.
  if (!Object.hasOwn(optimizerSettings, chosen.name)) return chosen.name as OptimizerOption
  const kinds = optimizerSettings[chosen.name as OptimizerName]
  const settings = typed ? readSettings('optimizer', typed, kinds, args) : {}
  const own = ownOptions.filter((name) => args[name] !== undefined)
  for (const option of own.map(typedName)) {
    if (Object.hasOwn(kinds, option)) continue
    const those = Object.entries(optimizerSettings).filter(([, kinds]) => Object.hasOwn(kinds, option))
    const names = listed(those.map(([name]) => name))
    throw new UsageError(`--${option} is a setting of ${names}, not of ${chosen.name}`)
  }
  if (before === undefined && typed === undefined && own.length === 0) return undefined
  const options = Object.fromEntries(own.map((name) => [name, args[name]]))
  return shortest({ ...chosen, ...settings, ...options }) as OptimizerOption
}

/**
 * Returns the schedule of the --from file (`before`) with the changes from the command line. Returns undefined if
 * neither of them sets a schedule.
 * @throws UsageError if the name or a setting is invalid
 */
export function readSchedule(args: LearningArguments, before?: NamedSchedule): NamedSchedule | undefined {
  const old = named(before ?? 'constant')
  const typed = args.schedule === undefined ? undefined : splitSettings(args.schedule)
  const name = typed?.head ?? old.name
  if (!isSchedule(name)) return refuseValue('--schedule', listed(Object.keys(scheduleSettings)), name)
  const settings = typed ? readSettings('schedule', typed, scheduleSettings[name], { warmUp: args.warmUp }) : {}
  const { warmUp: _, ...chosen } = { ...withName(old, name), ...settings }
  // Every schedule can have a warm-up, so a new schedule keeps the warm-up of the old schedule.
  const warmUp = args.warmUp ?? settings.warmUp ?? old.warmUp
  if (before === undefined && typed === undefined && !warmUp) return undefined
  return shortest({ ...chosen, name, ...(warmUp ? { warmUp } : {}) }) as NamedSchedule
}

const isSchedule = (name: string): name is ScheduleName => Object.hasOwn(scheduleSettings, name)
