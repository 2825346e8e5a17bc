import { checkKeys } from '../base/checks.js'
import { optionError } from '../base/errors.js'
import { sineAndCosine } from '../base/exact-math.js'

/** A point in a training run. */
export interface Moment {
  /** Updates done so far, from 0. */
  readonly step: number
  /** Epochs done so far, from 0. */
  readonly epoch: number
  /** Updates of the whole run; NaN if unknown. */
  readonly steps: number
}

/** The settings of each schedule. */
export interface ScheduleSettings {
  readonly constant: object
  /** Multiplies the rate by `factor` every `epochs` epochs: PyTorch's StepLR. */
  readonly step: {
    /** Default 10. */
    readonly epochs: number
    /** Default 0.1. */
    readonly factor: number
  }
  /** Multiplies the rate by `factor` every epoch: PyTorch's ExponentialLR. */
  readonly exponential: {
    /** Default 0.95. */
    readonly factor: number
  }
  /** Falls to `end` along half a cosine wave over the whole run: Loshchilov and Hutter, "SGDR", 2016, without restarts. */
  readonly cosine: {
    /** The share of the learning rate that is left at the end. Default 0. */
    readonly end: number
  }
  /**
   * Rises from `start` during the share `rise` of the run, then falls to `end`, both along half a cosine wave: Smith and Topin,
   * "Super-convergence", 2017, with the defaults of PyTorch's OneCycleLR.
   */
  readonly 'one-cycle': {
    /** The share of the run in which the rate rises. Default 0.3. */
    readonly rise: number
    /** The share of the learning rate at the start. Default 1/25. */
    readonly start: number
    /** The share of the learning rate at the end. Default 1/250,000. */
    readonly end: number
  }
  /**
   * Multiplies the rate by `factor` after `patience` epochs without a better metric. The run ends when the rate would fall
   * below `minLearningRate`: the book's halving rule (Nielsen, chapter 3, "Learning rate").
   */
  readonly plateau: {
    /** Default 10. */
    readonly patience: number
    /** Default 0.5. */
    readonly factor: number
    /** Default learningRate / 128, as in the book. */
    readonly minLearningRate: number | undefined
  }
}

export type ScheduleName = keyof ScheduleSettings

/** How the learning rate changes from update to update, as a factor of the option `learningRate`. */
interface Schedule<Settings> {
  readonly defaults: Settings
  readonly factor: (moment: Moment, settings: Settings) => number
  /** Whether it needs the number of updates in the whole run. */
  readonly counted?: true
}

/** Falls from 1 to `end` along half a cosine wave as `share` goes from 0 to 1. */
function halfWave(share: number, end: number): number {
  return end + ((1 - end) * (1 + sineAndCosine(Math.PI * share).cos)) / 2
}

function power(base: number, exponent: number): number {
  let result = 1
  for (let i = 0; i < exponent; i++) result *= base
  return result
}

export const schedules: { readonly [Name in ScheduleName]: Schedule<ScheduleSettings[Name]> } = {
  constant: { defaults: {}, factor: () => 1 },
  step: {
    defaults: { epochs: 10, factor: 0.1 },
    factor: ({ epoch }, { epochs, factor }) => power(factor, Math.floor(epoch / epochs)),
  },
  exponential: {
    defaults: { factor: 0.95 },
    factor: ({ epoch }, { factor }) => power(factor, epoch),
  },
  cosine: {
    defaults: { end: 0 },
    factor: ({ step, steps }, { end }) => halfWave(step / steps, end),
    counted: true,
  },
  'one-cycle': {
    defaults: { rise: 0.3, start: 1 / 25, end: 1 / 250_000 },
    factor({ step, steps }, { rise, start, end }) {
      const peak = rise * steps
      return step < peak ? start + 1 - halfWave(step / peak, start) : halfWave((step - peak) / (steps - peak), end)
    },
    counted: true,
  },
  // The training loop lowers the rate: see `Plateau`.
  plateau: { defaults: { patience: 10, factor: 0.5, minLearningRate: undefined }, factor: () => 1 },
}

interface WarmUp {
  /** Updates over which the learning rate rises from 0. Default 0. */
  readonly warmUp?: number
}

/** A schedule: its name, an object with settings, or a function that returns the learning rate of each update. */
export type ScheduleOption =
  | ScheduleName
  | {
      readonly [Name in ScheduleName]: { readonly name: Name } & Partial<ScheduleSettings[Name]> & WarmUp
    }[ScheduleName]
  | ((step: number) => number)

/** How the training loop lowers the rate when a metric does not improve. */
export interface Plateau {
  readonly patience: number
  readonly factor: number
  /** The run ends below this factor of the learning rate. */
  readonly smallestFactor: number
}

/** A checked schedule. */
export interface ChosenSchedule {
  /** Whether the rate is the same for all updates of an epoch. */
  readonly constant: boolean
  /** Its name, if it needs the number of updates in the whole run. */
  readonly counted: string | undefined
  /** The learning rate of an update, before the plateau's factor. */
  readonly rate: (moment: Moment) => number
  /** Defined for the plateau schedule. */
  readonly plateau: Plateau | undefined
}

/** Checks a schedule and fills in defaults. @throws OptionError */
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
  const { defaults, factor, counted } = schedules[name] as Schedule<Readonly<Record<string, number>>>
  checkKeys(name, given, [...Object.keys(defaults), 'warmUp'])
  for (const [key, value] of Object.entries(given)) checkSetting(name, key, value)
  const settings = { ...defaults, ...given }
  return {
    constant: (name === 'constant' || name === 'plateau') && warmUp === 0,
    counted: counted && name,
    rate: (moment) => learningRate * factor(moment, settings) * Math.min(1, (moment.step + 1) / (warmUp + 1)),
    plateau: name === 'plateau' ? plateauOf({ ...schedules.plateau.defaults, ...given }, learningRate) : undefined,
  }
}

function checkSetting(schedule: ScheduleName, key: string, value: unknown): void {
  const option = { [`${schedule}.${key}`]: value }
  if (key === 'epochs' || key === 'patience') {
    if (!(Number.isInteger(value) && Number(value) >= 1)) throw optionError(option, 'a whole number of at least 1')
  } else if (key === 'minLearningRate') {
    if (!(Number.isFinite(value) && Number(value) >= 0)) throw optionError(option, 'a number of at least 0')
  } else if (!(typeof value === 'number' && value >= 0 && value <= 1)) throw optionError(option, 'a number from 0 to 1')
}

function plateauOf({ patience, factor, minLearningRate }: ScheduleSettings['plateau'], learningRate: number): Plateau {
  const smallestFactor = minLearningRate === undefined ? 1 / 128 : minLearningRate / learningRate
  return { patience, factor, smallestFactor }
}

/** Fills `rates` with the learning rates of consecutive updates, starting at the given moment. */
export function fillRates(rates: Float64Array, { step, epoch, steps }: Moment, rate: (moment: Moment) => number): void {
  for (let i = 0; i < rates.length; i++) rates[i] = rate({ step: step + i, epoch, steps })
}
