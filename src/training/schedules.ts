import { checkKeys } from '../base/checks.js'
import { optionError } from '../base/errors.js'
import { sineAndCosine } from '../base/exact-math.js'

/** Where a training run stands. */
export interface Moment {
  /** Updates done so far, from 0. */
  readonly step: number
  /** Epochs done so far, from 0. */
  readonly epoch: number
  /** Updates of the whole run; NaN where nobody knows. */
  readonly steps: number
}

type Settings = Readonly<Record<string, number>>

/** How the learning rate changes from update to update: a factor of the learning rate that was asked for. */
export interface Schedule {
  readonly defaults: Settings
  readonly factor: (moment: Moment, settings: Settings) => number
  /** Whether it has to know how many updates the whole run has. */
  readonly counted?: true
}

export type ScheduleName = 'constant' | 'step' | 'exponential' | 'cosine' | 'one-cycle' | 'plateau'

/** Falls from 1 to `end` along half a cosine wave while the share goes from 0 to 1. */
function halfWave(share: number, end: number): number {
  return end + ((1 - end) * (1 + sineAndCosine(Math.PI * share).cos)) / 2
}

function power(base: number, exponent: number): number {
  let result = 1
  for (let i = 0; i < exponent; i++) result *= base
  return result
}

export const schedules: Readonly<Record<ScheduleName, Schedule>> = {
  constant: { defaults: {}, factor: () => 1 },
  /** Times `factor` every `epochs` epochs: PyTorch's StepLR. */
  step: {
    defaults: { epochs: 10, factor: 0.1 },
    factor: ({ epoch }, { epochs, factor }) => power(factor, Math.floor(epoch / epochs)),
  },
  /** Times `factor` every epoch: PyTorch's ExponentialLR. */
  exponential: {
    defaults: { factor: 0.95 },
    factor: ({ epoch }, { factor }) => power(factor, epoch),
  },
  /** Down to `end` along half a cosine wave over the whole run: Loshchilov and Hutter, "SGDR", 2016, without restarts. */
  cosine: {
    defaults: { end: 0 },
    factor: ({ step, steps }, { end }) => halfWave(step / steps, end),
    counted: true,
  },
  /**
   * Up from `start` for the first `rise` of the run, then down to `end`, both along half a cosine wave: Smith and Topin,
   * "Super-convergence", 2017, with the defaults of PyTorch's OneCycleLR.
   */
  'one-cycle': {
    defaults: { rise: 0.3, start: 1 / 25, end: 1 / 250_000 },
    factor({ step, steps }, { rise, start, end }) {
      const peak = rise * steps
      return step < peak ? start + 1 - halfWave(step / peak, start) : halfWave((step - peak) / (steps - peak), end)
    },
    counted: true,
  },
  /**
   * Times `factor` after `patience` epochs without a better metric, until it would fall below `smallest`: the book's
   * halving rule (Nielsen, chapter 3, "Learning rate"), with its 1/128. The training loop keeps count: see `plateau`.
   */
  plateau: { defaults: { patience: 10, factor: 0.5, smallest: 1 / 128 }, factor: () => 1 },
}

/** A schedule as a user may name it, with settings, or as a function that gives the learning rate of each update. */
export type ScheduleOption =
  | ScheduleName
  | ({ readonly name: ScheduleName; readonly warmUp?: number } & Readonly<Record<string, number | string>>)
  | ((step: number) => number)

/** A schedule that has been checked. */
export interface ChosenSchedule {
  /** Whether the rate is the same for all updates of an epoch. */
  readonly constant: boolean
  /** Its name, where it has to know how many updates the whole run has. */
  readonly counted: string | undefined
  /** The learning rate of an update, before the plateau's factor. */
  readonly rate: (moment: Moment) => number
  /** How to follow a metric that gets no better, where the schedule does. */
  readonly plateau: { readonly patience: number; readonly factor: number; readonly smallest: number } | undefined
}

/** Checks a schedule and fills in what was left open. @throws OptionError */
export function scheduleOf(schedule: ScheduleOption, learningRate: number): ChosenSchedule {
  if (typeof schedule === 'function') {
    const rate = ({ step }: Moment): number => {
      const rateOfStep = schedule(step)
      if (Number.isFinite(rateOfStep) && rateOfStep >= 0) return rateOfStep
      throw optionError({ [`schedule(${step})`]: rateOfStep }, 'a number of at least 0')
    }
    return { constant: false, counted: undefined, rate, plateau: undefined }
  }
  const {
    name,
    warmUp = 0,
    ...given
  } = typeof schedule === 'object' && schedule !== null ? schedule : { name: schedule }
  if (typeof name !== 'string' || !Object.hasOwn(schedules, name)) {
    throw optionError({ schedule: name }, `one of ${Object.keys(schedules).join(', ')}, or a function of the step`)
  }
  if (typeof warmUp !== 'number' || !(Number.isInteger(warmUp) && warmUp >= 0)) {
    throw optionError({ [`${name}.warmUp`]: warmUp }, 'a whole number of steps')
  }
  const { defaults, factor, counted } = schedules[name]
  checkKeys(name, given, [...Object.keys(defaults), 'warmUp'])
  const settings: Record<string, number> = { ...defaults }
  for (const [key, value] of Object.entries(given)) {
    const counted = key === 'epochs' || key === 'patience'
    if (typeof value !== 'number' || !(counted ? Number.isInteger(value) && value >= 1 : value >= 0 && value <= 1)) {
      throw optionError(
        { [`${name}.${key}`]: value },
        counted ? 'a whole number of at least 1' : 'a number from 0 to 1',
      )
    }
    settings[key] = value
  }
  return {
    constant: (name === 'constant' || name === 'plateau') && warmUp === 0,
    counted: counted && name,
    rate: (moment) => learningRate * factor(moment, settings) * Math.min(1, (moment.step + 1) / (warmUp + 1)),
    plateau:
      name === 'plateau'
        ? { patience: settings.patience, factor: settings.factor, smallest: settings.smallest }
        : undefined,
  }
}

/** The learning rates of updates that follow one another from a moment on, in memory that a backend can read. */
export function fillRates(rates: Float64Array, { step, epoch, steps }: Moment, rate: (moment: Moment) => number): void {
  for (let i = 0; i < rates.length; i++) rates[i] = rate({ step: step + i, epoch, steps })
}
