import { checkKeys, isRefusedPromise } from '../base/checks.js'
import { optionError } from '../base/errors.js'
import { log, sineAndCosine } from '../base/exact-math.js'

/** A point in a training run. */
export interface Moment {
  /** The number of updates so far, from 0. */
  readonly step: number
  /** The number of epochs so far, from 0. */
  readonly epoch: number
  /** The number of updates in the complete run. NaN if unknown. */
  readonly steps: number
}

/** The settings of each schedule. */
export interface ScheduleSettings {
  readonly constant: object
  /** Multiplies the learning rate by `factor` every `epochs` epochs, like StepLR in PyTorch. */
  readonly step: {
    /** The number of epochs between two changes of the learning rate. Default 10. */
    readonly epochs: number
    /** The factor by which the learning rate is multiplied at each change. Default 0.1. */
    readonly factor: number
  }
  /** Multiplies the learning rate by `factor` every epoch, like ExponentialLR in PyTorch. */
  readonly exponential: {
    /** The factor by which the learning rate is multiplied after each epoch. Default 0.95. */
    readonly factor: number
  }
  /**
   * Lowers the learning rate over the complete run along half a cosine wave (Loshchilov and Hutter, "SGDR", 2016,
   * without restarts).
   */
  readonly cosine: {
    /** The learning rate at the end of the run, as a fraction of the option `learningRate`. Default 0. */
    readonly end: number
  }
  /**
   * Raises the learning rate during the first part of the run, and then lowers it. The rise and the fall each follow
   * half a cosine wave (Smith and Topin, "Super-convergence", 2017). The defaults are those of PyTorch's OneCycleLR.
   */
  readonly 'one-cycle': {
    /** The fraction of the run during which the learning rate rises. Default 0.3. */
    readonly rise: number
    /** The learning rate at the start of the run, as a fraction of the option `learningRate`. Default 1/25. */
    readonly start: number
    /** The learning rate at the end of the run, as a fraction of the option `learningRate`. Default 1/250,000. */
    readonly end: number
  }
  /**
   * Raises the learning rate from 0 and lowers it back to 0 in four waves, each twice as long as the one before: the
   * factor is (1 - cos(2 pi log2(1 + 15 t))) / 2, where t rises from 0 to 1 over the complete run (Holzmueller,
   * Grinsztajn and Steinwart, "Better by default", 2024).
   */
  readonly coslog4: object
  /**
   * Multiplies the learning rate by `factor` each time the monitored metric has not improved for `patience` epochs. The
   * run ends when the learning rate would fall below `minLearningRate`. This is the halving rule of Nielsen's book
   * (chapter 3, "Learning rate").
   */
  readonly plateau: {
    /** The learning rate is lowered after this many epochs without an improvement. Default 10. */
    readonly patience: number
    /** The factor by which the learning rate is multiplied at each change. Default 0.5. */
    readonly factor: number
    /** The lowest learning rate of the run. The default is `learningRate` / 128, as in Nielsen's book. */
    readonly minLearningRate: number | undefined
  }
}

export type ScheduleName = keyof ScheduleSettings

/**
 * A schedule. Its function `factor` returns the number by which the option `learningRate` is multiplied for an update.
 */
interface Schedule<Settings> {
  readonly defaults: Settings
  readonly factor: (moment: Moment, settings: Settings) => number
  /** Whether the schedule needs the number of updates in the complete run. */
  readonly counted?: true
}

/** Returns a factor that falls from 1 to `end` along half a cosine wave while `share` rises from 0 to 1. */
function halfWave(share: number, end: number): number {
  return end + ((1 - end) * (1 + sineAndCosine(Math.PI * share).cos)) / 2
}

/** Returns a factor that rises from 0 and falls back to 0 four times while `share` rises from 0 to 1. */
function fourWaves(share: number): number {
  // log2 of 1 + 15 share, which is from 1 to 16. The function `log` takes numbers up to 1.
  const waves = log((1 + 15 * share) / 16) / Math.LN2
  return (1 - sineAndCosine(2 * Math.PI * (waves - Math.round(waves))).cos) / 2
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
  coslog4: { defaults: {}, factor: ({ step, steps }) => fourWaves(step / steps), counted: true },
  // This factor is always 1, because the training loop itself lowers the learning rate (see `Plateau`).
  plateau: { defaults: { patience: 10, factor: 0.5, minLearningRate: undefined }, factor: () => 1 },
}

interface WarmUp {
  /** The number of updates at the start of the run during which the learning rate rises linearly from 0. Default 0. */
  readonly warmUp?: number
}

/**
 * The option for a schedule: a name, an object with settings, or a function that returns the learning rate of each
 * update.
 */
export type ScheduleOption =
  | ScheduleName
  | {
      readonly [Name in ScheduleName]: { readonly name: Name } & Partial<ScheduleSettings[Name]> & WarmUp
    }[ScheduleName]
  | ((step: number) => number)

/**
 * The settings of the plateau schedule. The training loop uses them to lower the learning rate when a metric does not
 * improve.
 */
export interface Plateau {
  readonly patience: number
  readonly factor: number
  /** The run ends when the learning rate would fall below this fraction of the option `learningRate`. */
  readonly smallestFactor: number
}

/** A checked schedule. */
export interface ChosenSchedule {
  /** Whether the learning rate is the same for all updates of an epoch. */
  readonly constant: boolean
  /** The name of the schedule if it needs the number of updates in the complete run. Otherwise undefined. */
  readonly counted: string | undefined
  /**
   * Returns the learning rate of an update, before it is multiplied by `RunState.factor`. The plateau schedule lowers
   * that factor, and other schedules leave it at 1.
   */
  readonly rate: (moment: Moment) => number
  /** The settings of the plateau schedule. Undefined for other schedules. */
  readonly plateau: Plateau | undefined
}

/** Checks a schedule and fills in defaults. @throws OptionError if its name or a setting is wrong */
export function scheduleOf(schedule: ScheduleOption, learningRate: number): ChosenSchedule {
  if (typeof schedule === 'function') {
    const rate = ({ step }: Moment): number => {
      const rateOfStep = schedule(step)
      isRefusedPromise(rateOfStep)
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
