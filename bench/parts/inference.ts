import { Dataset } from 'descent-nn'
import { type Case, latencyCase, throughputCase } from '../cases.js'
import type { Contender } from '../contenders.js'
import { readResult, writeArray } from '../exchange.js'
import { wordsOf } from '../form.js'
import { figuresOf, runContender } from '../processes.js'
import type { Measurement } from '../report/measurement.js'
import { median, quantile } from '../statistics.js'
import { amountFor, checkOutputs, compete, type Entrant, lateness, type Setting, settingFor } from './part.js'
import { startOf } from './training.js'

/** The largest allowed difference between an output of a contender and the same output of descent. */
const tolerance = 1e-5

interface Work {
  readonly setting: Setting
  readonly of: Case
  /** The number of rows. */
  readonly rows: number
  /** descent's outputs for these rows. */
  readonly ours: ArrayLike<number>
}

/** Measures latency and throughput, for cases whose name contains `only`. */
export async function measureInference(setting: Setting, only: string, test: Dataset): Promise<Measurement[]> {
  const { plan, folder } = setting
  const rows = Math.min(plan.rows, test.rows)
  const inputs = Float32Array.from(test.slice(0, rows).inputs, (byte) => byte / 255)
  writeArray(folder, 'rows.f32', inputs)
  const measurements: Measurement[] = []
  const tasks = [
    { task: 'latency', of: latencyCase, enter: enterLatency },
    { task: 'throughput', of: throughputCase, enter: enterThroughput },
  ] as const
  for (const { task, of, enter } of tasks.filter(({ of }) => of.name.includes(only))) {
    const network = startOf(of)
    writeArray(folder, 'parameters.f32', Float32Array.from(network.parameters))
    const ours = await network.predict(new Dataset({ inputs, width: of.sizes[0] }))
    const work = { setting, of, rows, ours }
    const where = `${task} ${of.name}`
    measurements.push(...(await compete(settingFor(setting, task, where, of), task, where, (one) => enter(one, work))))
  }
  return measurements
}

/**
 * Prepares a contender for the latency case. Each round measures the times of calls with one row, and records their
 * median and 99th percentile.
 */
async function enterLatency(contender: Contender, { setting, of, rows, ours }: Work): Promise<Entrant> {
  const { plan, folder } = setting
  const different = Math.min(100, rows, plan.calls)
  const call = (calls: number): readonly number[] => {
    const answer = runContender(contender, 'latency', folder, [...wordsOf(of), different, calls, ...of.sizes])
    checkOutputs(readResult(folder), Array.from(ours).slice(0, different * of.sizes[of.sizes.length - 1]), tolerance)
    return figuresOf(answer, 'microseconds')
  }
  const taken = median(call(different)) / 1e6
  const calls = Math.max(different, amountFor(3 * plan.seconds, 1, taken, 1, plan.calls))
  const medians: number[] = []
  const slowest: number[] = []
  return {
    async round() {
      const microseconds = call(calls)
      // The first quarter of the calls is a warm-up and is not counted.
      const counted = microseconds.slice(Math.floor(microseconds.length / 4))
      medians.push(median(counted))
      slowest.push(quantile(counted, 0.99))
    },
    measured: () => [
      {
        part: 'inference',
        case: of.name,
        contender: contender.name,
        unit: 'us per call',
        better: 'less',
        rounds: medians,
        others: { 'p99, us': median(slowest), calls },
      },
    ],
  }
}

/**
 * Prepares a contender for the throughput case. Each round measures the speed of calls with many rows, and the delay of
 * the event loop during the first call.
 */
async function enterThroughput(contender: Contender, { setting, of, rows, ours }: Work): Promise<Entrant> {
  const { plan, folder } = setting
  const outputs = of.sizes[of.sizes.length - 1]
  const all = Float32Array.from(ours)
  const run = (count: number, calls: number) => {
    const answer = runContender(contender, 'throughput', folder, [...wordsOf(of), count, calls, ...of.sizes])
    checkOutputs(readResult(folder), all.subarray(0, count * outputs), tolerance)
    const seconds = figuresOf(answer, 'seconds')
    // The first call is a warm-up, and its time is left out unless it is the only call. `answer.delay` is the event
    // loop delay during the first call.
    return { delay: answer.delay, seconds: median(seconds.slice(seconds.length > 1 ? 1 : 0)) }
  }
  const few = Math.min(200, rows)
  const count = amountFor(plan.seconds, few, run(few, 1).seconds, Math.min(100, rows), rows)
  const rates: number[] = []
  const delays: number[] = []
  return {
    async round() {
      const { seconds, delay } = run(count, plan.repeats + 1)
      rates.push(count / seconds)
      if (delay !== undefined) delays.push(delay)
    },
    measured: () => [
      {
        part: 'inference',
        case: of.name,
        contender: contender.name,
        unit: 'rows/s',
        better: 'more',
        rounds: rates,
        others: { rows: count, ...lateness(delays) },
      },
    ],
  }
}
