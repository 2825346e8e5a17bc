import type { CostName, OptimizerName, OptimizerOption, ScheduleName, ScheduleOption } from '../index.js'
import { type Arguments, listed } from './arguments.js'
import { UsageError } from './usage-error.js'

/** How a network follows its gradient. */
export const learningOptions = {
  rate: { value: 'R', meaning: 'the learning rate (default 3, and 0.5 for other costs than quadratic; see below)' },
  optimizer: {
    value: 'NAME',
    meaning: 'sgd (default), momentum, nesterov, adagrad, rmsprop, adam, adamw, rprop or l-bfgs',
  },
  momentum: { value: 'SHARE', meaning: 'of momentum and nesterov: how much of its velocity stays (default 0.9)' },
  beta1: { value: 'SHARE', meaning: 'of adam and adamw: how much of the mean stays (default 0.9)' },
  beta2: { value: 'SHARE', meaning: 'of adam and adamw: how much of the mean square stays (default 0.999)' },
  'weight-decay': { value: 'W', meaning: 'of adamw: the decay of weights and biases (default 0.01)' },
  schedule: {
    value: 'NAME',
    meaning: 'how the learning rate changes: constant (default), step, exponential, cosine, one-cycle or plateau',
  },
  'warm-up': { value: 'STEPS', meaning: 'updates in which the learning rate rises from 0 (default 0)' },
} as const

type LearningArguments = Arguments<keyof typeof learningOptions | 'cost'>

/** A schedule that a description file can hold: no function. */
export type NamedSchedule = Exclude<ScheduleOption, (step: number) => number>

/** What makes a good learning rate. */
interface Circumstances {
  readonly cost: CostName
  readonly optimizer: string
}

/** Far from the answer the quadratic cost is flat: it needs longer steps (Nielsen, chapter 3). */
function defaultRate({ cost, optimizer }: Circumstances): number {
  const rate = cost === 'quadratic' ? 3 : 0.5
  // At the momentum 0.9 steps add up to ten times their length; the others measure steps by the gradient: PyTorch's defaults.
  const rates: Record<string, number> = {
    sgd: rate,
    momentum: rate / 10,
    nesterov: rate / 10,
    adam: 0.001,
    adamw: 0.001,
    // The length of step that its search tries first.
    'l-bfgs': 1,
  }
  return rates[optimizer] ?? 0.01
}

/** The learning rate: what was typed, or what stood before for the same cost and optimiser, or else their default. */
export function readRate(
  args: LearningArguments,
  now: Circumstances,
  before?: Circumstances & { readonly rate: number },
): number {
  const typed = args.number('rate', 'above 0')
  if (typed !== undefined) return typed
  return before?.cost === now.cost && before.optimizer === now.optimizer ? before.rate : defaultRate(now)
}

/** Options that are settings of some optimisers. */
const settings = [
  { option: 'momentum', setting: 'momentum', range: 'from 0 to below 1', of: ['momentum', 'nesterov'] },
  { option: 'beta1', setting: 'beta1', range: 'from 0 to below 1', of: ['adam', 'adamw'] },
  { option: 'beta2', setting: 'beta2', range: 'from 0 to below 1', of: ['adam', 'adamw'] },
  { option: 'weight-decay', setting: 'weightDecay', range: 'of at least 0', of: ['adamw'] },
] as const satisfies readonly { of: readonly OptimizerName[]; [key: string]: unknown }[]

/** An optimiser or a schedule by its name, and its settings. */
type Named = { readonly name: string } & Readonly<Record<string, unknown>>

export function named(option: string | Named): Named {
  return typeof option === 'string' ? { name: option } : option
}

/** The name alone where there are no settings. */
function shortest({ name, ...rest }: Named): string | Named {
  return Object.keys(rest).length === 0 ? name : { name, ...rest }
}

/** Another name leaves the settings of the former one behind. */
function renamed(before: Named, name: string | undefined): Named {
  return name === undefined || name === before.name ? before : { name }
}

/** @throws UsageError */
export function readOptimizer(args: LearningArguments, before?: OptimizerOption): OptimizerOption | undefined {
  const chosen = renamed(named(before ?? 'sgd'), args.text('optimizer'))
  const typed = settings.flatMap(({ option, setting, range, of }) => {
    const value = args.number(option, range)
    if (value === undefined) return []
    if (!of.some((name) => name === chosen.name)) {
      throw new UsageError(`--${option} goes with --optimizer ${listed(of)}, not with ${chosen.name}`)
    }
    return [[setting, value] as const]
  })
  if (before === undefined && !args.has('optimizer')) return undefined
  // The library knows the names, and checks them.
  return shortest({ ...chosen, ...Object.fromEntries(typed) }) as OptimizerOption
}

const schedules = [
  'constant',
  'step',
  'exponential',
  'cosine',
  'one-cycle',
  'plateau',
] as const satisfies readonly ScheduleName[]

/** @throws UsageError */
export function readSchedule(args: LearningArguments, before?: NamedSchedule): NamedSchedule | undefined {
  const old = named(before ?? 'constant')
  const name = args.choice('schedule', schedules)
  const { warmUp: _, ...chosen } = renamed(old, name)
  // A warm-up goes with every schedule.
  const warmUp = args.whole('warm-up', 0) ?? old.warmUp
  if (before === undefined && name === undefined && !warmUp) return undefined
  return shortest({ ...chosen, name: chosen.name, ...(warmUp ? { warmUp } : {}) }) as NamedSchedule
}
