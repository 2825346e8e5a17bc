import { describe, expect, it } from 'vitest'
import { createRandom } from '#src/base/random'
import { allreduceTime, bestInterval, computeTime, links, usefulShare } from '../../bench/cluster/formula.js'
import { parseMeasurements } from '../../bench/cluster/measurements.js'
import { predictEfficiency, predictUseful, replay } from '../../bench/cluster/predict.js'
import {
  allreduceByMessages,
  constantTimes,
  lognormalTimes,
  measuredAllreduce,
  measuredTimes,
  simulateFaults,
  stepTimes,
} from '../../bench/cluster/simulate.js'
import { mean } from '../../bench/statistics.js'

const [tcp10, tcp100, rdma] = links
const parameters = { small: 23_860, wide: 636_010, large: 53_598_218 }

const random = createRandom(1, 'test')

/** Returns what is not within `share` of what it should be. */
const farFrom = (value: number, expected: number, share: number) => Math.abs(value / expected - 1) > share

describe('the formulas', () => {
  it('give the times of the smaller networks by hand', () => {
    // 3 rounds x (40 us + 95,440 bytes / 1.1 GB/s) = 3 x 126.76 us.
    expect(allreduceTime(8, 4 * parameters.small, tcp10)).toBeCloseTo(380.29e-6, 8)
    // 2 x 12 x 30 us + 2 x 4095 / 4096 x 2,544,040 bytes / 5 GB/s.
    expect(allreduceTime(4096, 4 * parameters.wide, tcp100)).toBeCloseTo(1.73737e-3, 7)
    expect(allreduceTime(1, 4 * parameters.wide, rdma)).toBe(0)
    expect(computeTime(parameters.wide, 1024, 300e9)).toBeCloseTo(13.0255e-3, 6)
  })

  it('give the time between checkpoints, and what faults leave', () => {
    // 64 machines, each with a fault in five years.
    const faults = { betweenFaults: (5 * 365 * 24 * 3600) / 64, checkpoint: 2, restart: 90 }
    expect(bestInterval(faults)).toBeCloseTo(3139.27, 2)
    expect(1 - usefulShare(faults, bestInterval(faults))).toBeCloseTo(0.00131, 5)
  })
})

describe('the simulation', () => {
  const counts = [1, 2, 4, 8, 64, 512, 4096]

  // Turns red if a round of an allreduce is left out, a message has the wrong length, or a rank does not wait.
  it.each(links)('of equal ranks is within a thousandth of the formula, on $name', (link) => {
    const wrong: unknown[] = []
    for (const count of Object.values(parameters)) {
      const compute = computeTime(count, 1024, 300e9)
      for (const ranks of counts) {
        const allreduce = allreduceByMessages(ranks, 4 * count, link)
        const simulated = mean(stepTimes({ ranks, drawTimes: constantTimes(compute), allreduce, steps: 3, seed: 1 }))
        const formula = compute + allreduceTime(ranks, 4 * count, link)
        if (farFrom(simulated, formula, 0.001)) wrong.push({ count, ranks, simulated, formula })
      }
    }
    expect(wrong).toEqual([])
  })

  it('of a number of ranks that is no power of two has two more messages', () => {
    const clocks = Float64Array.of(0, 0, 5)
    allreduceByMessages(3, 8, { name: '', latency: 1, bandwidth: 8 })(clocks, random)
    // 5, and then a message each of rank 2 to rank 0, between ranks 0 and 1, and of rank 0 to rank 2. Each takes 2.
    expect([...clocks]).toEqual([9, 9, 11])
  })

  it('lets each rank wait for those that it gets messages from', () => {
    const clocks = Float64Array.of(0, 0, 0, 7)
    allreduceByMessages(4, 0, { name: '', latency: 1, bandwidth: 1 })(clocks, random)
    expect([...clocks]).toEqual([9, 9, 9, 9])
  })

  // Turns red if a step takes the time of a mean rank and not that of the slowest one.
  it('waits for the slowest rank', () => {
    const drawTimes = measuredTimes([1, 1, 1, 1, 1, 1, 1, 1, 1, 2])
    for (const ranks of [1, 8, 64]) {
      const time = mean(stepTimes({ ranks, steps: 20_000, drawTimes, allreduce: measuredAllreduce([0]), seed: 3 }))
      // A tenth of all draws takes two seconds.
      expect(farFrom(time, 2 - 0.9 ** ranks, 0.01)).toBe(false)
    }
  })

  it('of ranks with lognormal times has their mean for one rank', () => {
    const drawTimes = lognormalTimes(0.01, 0.5)
    const time = mean(stepTimes({ ranks: 1, steps: 100_000, drawTimes, allreduce: measuredAllreduce([1]), seed: 4 }))
    expect(farFrom(time, 0.01 * Math.exp(0.125), 0.01)).toBe(false)
  })

  // Turns red if work is not repeated after a fault, or a fault during the restart is forgotten.
  it.each([
    { betweenFaults: 1e6, checkpoint: 2, restart: 90 },
    { betweenFaults: 38_500, checkpoint: 2, restart: 90 },
    { betweenFaults: 600, checkpoint: 20, restart: 300 },
  ])('of faults leaves what the formula says: $betweenFaults s between faults', (faults) => {
    const interval = bestInterval(faults)
    const share = simulateFaults(faults, { interval, segments: 200_000, seed: 5 })
    expect(farFrom(share, usefulShare(faults, interval), 0.01)).toBe(false)
  })

  it('gives the same numbers for the same seed', () => {
    const disturbed = lognormalTimes(0.01, 0.1)
    const common = { ranks: 64, link: tcp10, compute: 0.01, bytes: 1e5, disturbed, steps: 100 }
    const first = predictEfficiency({ ...common, seed: 1 })
    expect(predictEfficiency({ ...common, seed: 1 })).toEqual(first)
    expect(predictEfficiency({ ...common, seed: 2 }).disturbed).not.toBe(first.disturbed)
    expect(first.disturbed).toBeLessThan(first.simulated)
  })

  it('lets a job fail as often as all of its machines together', () => {
    const faults = { betweenFaults: 64_000, checkpoint: 2, restart: 90 }
    const ofJob = { ...faults, betweenFaults: 1000 }
    const { interval, formula } = predictUseful(64, faults, 1)
    expect(interval).toBe(bestInterval(ofJob))
    expect(formula).toBe(usefulShare(ofJob, interval))
  })
})

describe('measurements', () => {
  const network = {
    name: '2-1',
    parameters: 3,
    rows: 4,
    compute: [
      [0.001, 0.009],
      [0.003, 0.009],
    ],
    allreduce: [0.002],
    step: [0.006],
  }
  const one = { machine: 'm', ranks: 2, oversubscribed: false, library: 'l', latencies: [1e-6], networks: [network] }

  it('are read as they were written, and replayed', () => {
    const [read] = parseMeasurements(JSON.stringify([one]))
    expect(read).toEqual(one)
    expect(read.networks[0].compute).toHaveLength(2)
  })

  // Turns red if the ranks of a replay do not have the times of the same step.
  it('are replayed step by step', () => {
    const compute = [
      [1, 9, 1],
      [1, 9, 1],
    ]
    // One of three steps takes nine seconds. With times of different steps, five of nine would.
    expect(replay({ compute, allreduce: [0.5] }, 1)).toBe(1.5)
  })

  it.each([
    { value: {} },
    { value: [] },
    { value: [{ ...one, ranks: 0 }] },
    { value: [{ ...one, networks: [{ ...network, compute: [[1]] }] }] },
    { value: [{ ...one, networks: [{ ...network, allreduce: [] }] }] },
    { value: [{ ...one, networks: [{ ...network, step: [-1] }] }] },
  ])('of another form are refused: $value', ({ value }) => {
    expect(() => parseMeasurements(JSON.stringify(value))).toThrow(
      'it must have a list of measurements, as --json writes it',
    )
  })
})
