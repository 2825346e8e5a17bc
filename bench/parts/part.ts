import type { Plan } from '../cases.js'
import { reasonOf } from '../contenders/build.js'
import type { Contender, Task } from '../contenders.js'
import type { Form } from '../form.js'
import type { Measurement } from '../report/measurement.js'
import { largestDifference, median } from '../statistics.js'

/** The settings and functions that all parts of the benchmark get. */
export interface Setting {
  readonly plan: Plan
  /** The contenders that can run. */
  readonly contenders: readonly Contender[]
  /** The folder for files that processes share. */
  readonly folder: string
  readonly say: (line: string) => void
  /**
   * Reports that a contender failed, or that its result differs from descent's. The contender is then left out of the
   * case.
   */
  readonly refuse: (contender: string, where: string, reason: string) => void
  /** Reports that a contender does not support a case. */
  readonly omit: (contender: string, where: string, reason: string) => void
  /** Adds a note about the figures to the report. */
  readonly remark: (text: string) => void
}

/** A contender that has been prepared for a benchmark case and can now be measured. */
export interface Entrant {
  /**
   * Runs the contender once, checks its result and records its figures.
   *
   * @throws Error if the contender fails or its result differs from descent's
   */
  readonly round: () => Promise<void>
  readonly measured: () => Measurement[]
}

/**
 * Returns a copy of the setting without the contenders that are not suitable for this task or this network. Reports
 * each contender that does not support the network.
 */
export function settingFor(setting: Setting, task: Task, where: string, network: Form): Setting {
  const contenders = setting.contenders.filter(({ name, tasks, cannot, narrowest = 0 }) => {
    if (!tasks.includes(task) || Math.max(...network.sizes.slice(1)) < narrowest) return false
    const reason = cannot?.(network)
    if (reason) setting.omit(name, where, reason)
    return !reason
  })
  return { ...setting, contenders }
}

/**
 * Prepares each contender, then lets all of them take turns for several rounds. Returns the measurements of the
 * contenders that did not fail.
 *
 * @param enter prepares a contender and checks its result. Rejects if the contender fails or its result differs from
 * descent's
 */
export async function compete(
  { plan, contenders, say, refuse }: Setting,
  task: Task,
  where: string,
  enter: (contender: Contender) => Promise<Entrant>,
): Promise<Measurement[]> {
  let entrants: { contender: Contender; entrant: Entrant }[] = []
  for (const contender of contenders.filter(({ tasks }) => tasks.includes(task))) {
    say(`${where}, check: ${contender.name}`)
    try {
      entrants.push({ contender, entrant: await enter(contender) })
    } catch (error) {
      refuse(contender.name, where, reasonOf(error))
    }
  }
  for (let round = 1; round <= plan.rounds; round++) {
    const standing: typeof entrants = []
    for (const one of entrants) {
      say(`${where}, round ${round} of ${plan.rounds}: ${one.contender.name}`)
      try {
        await one.entrant.round()
        standing.push(one)
      } catch (error) {
        refuse(one.contender.name, where, reasonOf(error))
      }
    }
    entrants = standing
  }
  return entrants.flatMap(({ entrant }) => entrant.measured())
}

/** Returns an object for `Measurement.others`. It contains the median of the event loop delays. */
export function lateness(delays: readonly number[]): Measurement['others'] {
  return { 'event loop p99, ms': delays.length > 0 ? median(delays) : 'no event loop' }
}

/**
 * Returns the number of items that can be processed in about `seconds`, given that `done` items took `taken` seconds.
 * The number is limited to `most` and then rounded down to a multiple of `step`. It is never less than `step`.
 */
export function amountFor(seconds: number, done: number, taken: number, step: number, most: number): number {
  const steps = Math.floor(Math.min((done / taken) * seconds, most) / step)
  return step * Math.max(1, steps)
}

/** Compares the parameters bit by bit. @throws Error if any bit differs from the expected one */
export function checkBits(values: Float32Array, expected: Float32Array): void {
  const [bits, wanted] = [values, expected].map(
    (array) => new Uint32Array(array.buffer, array.byteOffset, array.length),
  )
  const different = bits.filter((word, i) => word !== wanted[i]).length
  if (bits.length !== wanted.length || different > 0) {
    throw new Error(`${different} of its ${bits.length} parameters differ in bits from those of native on one thread`)
  }
}

/** @throws Error if an output differs from that of descent by more than `tolerance` */
export function checkOutputs(outputs: ArrayLike<number>, ours: ArrayLike<number>, tolerance: number): void {
  const difference = largestDifference(outputs, ours)
  if (!(difference <= tolerance)) {
    const how = Number.isFinite(difference) ? `by ${difference.toExponential(1)}` : 'in length or by a NaN'
    throw new Error(`its result differs from ours ${how}; at most ${tolerance} is rounding`)
  }
}
