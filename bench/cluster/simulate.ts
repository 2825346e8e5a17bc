/**
 * Simulates data-parallel training. Each rank has a clock of its own, and each message of an allreduce is an event, so
 * that a slow rank delays exactly those that wait for it. The formulas in formula.ts are not used here.
 */
import { createRandom, type Random } from '#src/base/random'
import type { Faults, Link } from './formula.js'

/** Writes the time that each rank computes in a step, in seconds. */
export type DrawTimes = (times: Float64Array, random: Random) => void

/** Sums over the ranks: moves the clock of each rank from when it has its gradient to when it has the sum. */
export type Allreduce = (clocks: Float64Array, random: Random) => void

/** All ranks compute for the same time in each step. */
export const constantTimes =
  (seconds: number): DrawTimes =>
  (times) =>
    times.fill(seconds)

/**
 * The times of ranks that are disturbed: their logarithm is distributed normally. `median` is in seconds, and `deviation`
 * is the standard deviation of the logarithm.
 */
export const lognormalTimes =
  (median: number, deviation: number): DrawTimes =>
  (times, random) => {
    for (let rank = 0; rank < times.length; rank++) times[rank] = median * Math.exp(deviation * random.normal())
  }

/** Each rank takes one of the measured times, drawn at random. */
export const measuredTimes =
  (seconds: readonly number[]): DrawTimes =>
  (times, random) => {
    for (let rank = 0; rank < times.length; rank++) times[rank] = seconds[random.integer(seconds.length)]
  }

/** All ranks take the times that they had in one of the measured steps, drawn at random. `seconds` has a list for each rank. */
export const measuredSteps =
  (seconds: readonly (readonly number[])[]): DrawTimes =>
  (times, random) => {
    const step = random.integer(seconds[0].length)
    for (let rank = 0; rank < times.length; rank++) times[rank] = seconds[rank][step]
  }

/** Every rank ends a measured time after the last one has come. The time is one of those given, drawn at random. */
export const measuredAllreduce =
  (seconds: readonly number[]): Allreduce =>
  (clocks, random) => {
    let last = 0
    for (const clock of clocks) last = Math.max(last, clock)
    clocks.fill(last + seconds[random.integer(seconds.length)])
  }

/**
 * Sends the messages of the algorithm that is faster for `ranks` ranks and `bytes` bytes. If the number of ranks is not a
 * power of two, the ranks above the largest power of two first send their whole array to a partner, and get the sum back
 * at the end.
 */
export function allreduceByMessages(ranks: number, bytes: number, link: Link): Allreduce {
  const power = 2 ** Math.floor(Math.log2(ranks))
  const rounds = Math.log2(power)
  const timeOf = (share: number) => link.latency + (share * bytes) / link.bandwidth
  const doubling = Array.from({ length: rounds }, (_, i) => ({ distance: 2 ** i, seconds: timeOf(1) }))
  const scatter = Array.from({ length: rounds }, (_, i) => {
    return { distance: power / 2 ** (i + 1), seconds: timeOf(1 / 2 ** (i + 1)) }
  })
  const halving = [...scatter, ...scatter.toReversed()]
  const total = (messages: typeof doubling) => messages.reduce((sum, { seconds }) => sum + seconds, 0)
  const messages = total(doubling) < total(halving) ? doubling : halving
  const whole = timeOf(1)
  return (clocks) => {
    for (let rank = power; rank < ranks; rank++) {
      clocks[rank - power] = Math.max(clocks[rank - power], clocks[rank]) + whole
    }
    for (const { distance, seconds } of messages) {
      for (let rank = 0; rank < power; rank++) {
        const partner = rank ^ distance
        if (partner < rank) continue
        // Both send at the same time, and neither goes on before it has what the other sends.
        const end = Math.max(clocks[rank], clocks[partner]) + seconds
        clocks[rank] = end
        clocks[partner] = end
      }
    }
    for (let rank = power; rank < ranks; rank++) clocks[rank] = clocks[rank - power] + whole
  }
}

/** A training to simulate. */
export interface SimulatedTraining {
  readonly ranks: number
  /** The number of steps. */
  readonly steps: number
  readonly drawTimes: DrawTimes
  readonly allreduce: Allreduce
  readonly seed: number
}

/** Returns the time of each step in seconds: from when the last rank has ended the step before until it has ended this one. */
export function stepTimes({ ranks, steps, drawTimes, allreduce, seed }: SimulatedTraining): number[] {
  const random = createRandom(seed, 'cluster steps')
  const clocks = new Float64Array(ranks)
  const times = new Float64Array(ranks)
  let last = 0
  return Array.from({ length: steps }, () => {
    drawTimes(times, random)
    for (let rank = 0; rank < ranks; rank++) clocks[rank] += times[rank]
    // A group of one rank sends nothing.
    if (ranks > 1) allreduce(clocks, random)
    const before = last
    last = clocks.reduce((latest, clock) => Math.max(latest, clock))
    return last - before
  })
}

/**
 * Simulates a job of `segments` segments, each of which ends with a checkpoint. After a fault, the job starts again and
 * repeats the segment. Returns the share of its time that it spends on steps that last. `interval` is the time of the
 * steps of a segment in seconds.
 */
export function simulateFaults(
  { betweenFaults, checkpoint, restart }: Faults,
  { interval, segments, seed }: { readonly interval: number; readonly segments: number; readonly seed: number },
): number {
  const random = createRandom(seed, 'cluster faults')
  // 1 - uniform() is above 0, so that the logarithm is finite.
  const drawFault = () => -betweenFaults * Math.log(1 - random.uniform())
  let clock = 0
  let fault = drawFault()
  for (let segment = 0; segment < segments; segment++) {
    let end = clock + interval + checkpoint
    while (fault < end) {
      // A fault during the restart begins it again.
      clock = fault
      end = clock + restart + interval + checkpoint
      fault = clock + drawFault()
    }
    clock = end
  }
  return (segments * interval) / clock
}
