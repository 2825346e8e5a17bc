/** Predicts how fast many ranks train, by the formulas and by the simulation. */
import { mean, median } from '../statistics.js'
import { allreduceTime, bestInterval, type Faults, type Link, usefulShare } from './formula.js'
import type { NetworkTimes } from './measurements.js'
import {
  allreduceByMessages,
  constantTimes,
  type DrawTimes,
  measuredAllreduce,
  measuredSteps,
  simulateFaults,
  stepTimes,
} from './simulate.js'

export interface Assumptions {
  readonly ranks: number
  readonly link: Link
  /** The time in which an undisturbed rank computes a step, in seconds. */
  readonly compute: number
  /** The number of bytes that are summed in each step. */
  readonly bytes: number
  /** The times in which ranks compute if some are slower than others. */
  readonly disturbed: DrawTimes
  /** The number of simulated steps. */
  readonly steps: number
  readonly seed: number
}

/** The shares of the time of a step in which an undisturbed rank computes, from 0 to 1. */
export interface Efficiency {
  /** All ranks compute for the same time, by the formula. */
  readonly formula: number
  /** The same by the simulation. */
  readonly simulated: number
  /** Some ranks are slower, by the simulation. */
  readonly disturbed: number
}

export function predictEfficiency(assumptions: Assumptions): Efficiency {
  const { ranks, link, compute, bytes, disturbed, steps, seed } = assumptions
  const allreduce = allreduceByMessages(ranks, bytes, link)
  const simulate = (drawTimes: DrawTimes) => compute / mean(stepTimes({ ranks, steps, drawTimes, allreduce, seed }))
  return {
    formula: compute / (compute + allreduceTime(ranks, bytes, link)),
    simulated: simulate(constantTimes(compute)),
    disturbed: simulate(disturbed),
  }
}

/** The shares of its time that a job spends on steps that last, from 0 to 1. */
export interface Useful {
  /** The time between two checkpoints in seconds. */
  readonly interval: number
  readonly formula: number
  readonly simulated: number
}

/** The number of simulated checkpoints. */
const segments = 200_000

/** `faults` are those of one machine. The job fails if any of its machines does. */
export function predictUseful(ranks: number, faults: Faults, seed: number): Useful {
  const ofJob = { ...faults, betweenFaults: faults.betweenFaults / ranks }
  const interval = bestInterval(ofJob)
  return {
    interval,
    formula: usefulShare(ofJob, interval),
    simulated: simulateFaults(ofJob, { interval, segments, seed }),
  }
}

/** Returns the simulated median time of a step of the ranks that were measured, in seconds. */
export function replay({ compute, allreduce }: Pick<NetworkTimes, 'compute' | 'allreduce'>, seed: number): number {
  return median(
    stepTimes({
      ranks: compute.length,
      steps: 10_000,
      drawTimes: measuredSteps(compute),
      allreduce: measuredAllreduce(allreduce),
      seed,
    }),
  )
}
