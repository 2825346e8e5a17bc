import { describe, expect, it } from 'vitest'
import { Dataset, dense, Network, OptionError, type ScheduleOption } from '#src/index'
import { scheduleOf } from '#src/training/schedules'
import { describeOnBackends } from '../support/each-backend.js'
import { normals, sameBits } from '../support/numbers.js'

/** The learning rates of a run of `epochs` epochs of `perEpoch` updates. */
function ratesOf(schedule: ScheduleOption, learningRate: number, epochs: number, perEpoch: number): number[] {
  const { rate } = scheduleOf(schedule, learningRate)
  const steps = epochs * perEpoch
  return Array.from({ length: steps }, (_, step) => rate({ step, epoch: Math.floor(step / perEpoch), steps }))
}

function expectRates(rates: readonly number[], expected: readonly number[]): void {
  expect(rates.length).toBe(expected.length)
  rates.forEach((rate, step) => {
    expect(Math.abs(rate - expected[step]), `step ${step}: ${rate}`).toBeLessThanOrEqual(1e-14 * expected[step])
  })
}

/** PyTorch's OneCycleLR._annealing_cos. */
const annealing = (from: number, to: number, share: number) => to + ((from - to) / 2) * (1 + Math.cos(Math.PI * share))

describe('the learning rate', () => {
  it('stays constant', () => {
    expectRates(ratesOf('constant', 0.5, 2, 2), [0.5, 0.5, 0.5, 0.5])
  })

  it('falls in steps of epochs, like StepLR: base gamma^floor(epoch / size)', () => {
    const rates = ratesOf({ name: 'step', epochs: 2, factor: 0.5 }, 0.8, 5, 2)
    expectRates(rates, [0.8, 0.8, 0.8, 0.8, 0.4, 0.4, 0.4, 0.4, 0.2, 0.2])
    const byDefault = ratesOf('step', 1, 21, 1)
    expectRates([byDefault[9], byDefault[10], byDefault[19], byDefault[20]], [1, 0.1, 0.1, 0.01])
  })

  it('falls by a factor each epoch, like ExponentialLR: base gamma^epoch', () => {
    expectRates(ratesOf({ name: 'exponential', factor: 0.5 }, 8, 4, 2), [8, 8, 4, 4, 2, 2, 1, 1])
    expectRates(ratesOf('exponential', 2, 3, 1), [2, 1.9, 1.805])
  })

  it('falls along half a cosine wave, like CosineAnnealingLR with T_max = all steps', () => {
    // cos 0, cos 45 degrees, cos 90 degrees, cos 135 degrees.
    const root = Math.SQRT1_2
    expectRates(ratesOf('cosine', 0.2, 2, 2), [0.2, 0.1 * (1 + root), 0.1, 0.1 * (1 - root)])
    expectRates(ratesOf({ name: 'cosine', end: 0.5 }, 0.2, 1, 4), [0.2, 0.15 + 0.05 * root, 0.15, 0.15 - 0.05 * root])
  })

  it('rises and falls like OneCycleLR, with its defaults', () => {
    // PyTorch ends its curve with the last step, at total_steps - 1, and its rise at pct_start total_steps - 1.
    const [base, steps] = [0.1, 10]
    const rates = ratesOf('one-cycle', base, 5, 2)
    const expected = Array.from({ length: steps }, (_, step) =>
      step < 3 ? annealing(base / 25, base, step / 3) : annealing(base, base / 25 / 1e4, (step - 3) / 7),
    )
    expectRates(rates, expected)
    expect(rates[0]).toBeCloseTo(0.004, 15)
    expect(rates[3]).toBe(0.1)
  })

  it('rises and falls in four waves, like the coslog4 of RealMLP', () => {
    const rates = ratesOf('coslog4', 0.2, 5, 30)
    const expected = Array.from(
      { length: 150 },
      (_, step) => 0.1 * (1 - Math.cos(2 * Math.PI * Math.log2(1 + step / 10))),
    )
    rates.forEach((rate, step) => {
      expect(Math.abs(rate - expected[step]), `step ${step}`).toBeLessThan(1e-14)
    })
    // The waves begin where 1 + step / 10 is 1, 2, 4 and 8.
    expect([0, 10, 30, 70].map((step) => rates[step])).toEqual([0, 0, 0, 0])
    expect(Math.max(...rates.slice(70))).toBeCloseTo(0.2, 3)
    expect(rates[149]).toBeLessThan(0.001)
  })

  it('rises and falls as its settings say, and may only rise or only fall', () => {
    const cycle = (rise: number) => ratesOf({ name: 'one-cycle', rise, start: 0.5, end: 0.25 }, 1, 1, 4)
    const root = Math.SQRT1_2
    expectRates(cycle(0.5), [0.5, 0.75, 1, 0.625])
    expectRates(cycle(0), [1, 0.625 + 0.375 * root, 0.625, 0.625 - 0.375 * root])
    expectRates(cycle(1), [0.5, 0.75 - 0.25 * root, 0.75, 0.75 + 0.25 * root])
  })

  it('warms up in equal steps before any schedule', () => {
    expectRates(ratesOf({ name: 'constant', warmUp: 3 }, 1, 3, 2), [0.25, 0.5, 0.75, 1, 1, 1])
    const warm = ratesOf({ name: 'exponential', factor: 0.5, warmUp: 3 }, 1, 3, 2)
    expectRates(warm, [0.25, 0.5, 0.375, 0.5, 0.25, 0.25])
  })

  it('is the result of a function of the step, whatever learningRate is', () => {
    expectRates(
      ratesOf((step) => 1 / (step + 1), 100, 2, 2),
      [1, 1 / 2, 1 / 3, 1 / 4],
    )
  })
})

describe('a schedule', () => {
  it.each<[string, unknown, string]>([
    [
      'of another name',
      'linear',
      'schedule must be one of constant, step, exponential, cosine, one-cycle, coslog4, plateau, or a function of the step, not "linear"',
    ],
    [
      'of a name that every object has',
      'toString',
      'schedule must be one of constant, step, exponential, cosine, one-cycle, coslog4, plateau, or a function of the step, not "toString"',
    ],
    [
      'without a name',
      { factor: 0.5 },
      'schedule must be one of constant, step, exponential, cosine, one-cycle, coslog4, plateau, or a function of the step, not undefined',
    ],
    [
      'that is null',
      null,
      'schedule must be one of constant, step, exponential, cosine, one-cycle, coslog4, plateau, or a function of the step, not null',
    ],
    ['with another setting', { name: 'cosine', rise: 1 }, 'unknown cosine option "rise"; known: end, warmUp'],
    ['with half a step', { name: 'cosine', warmUp: 0.5 }, 'cosine.warmUp must be a whole number of steps, not 0.5'],
    ['with less than a step', { name: 'step', warmUp: -1 }, 'step.warmUp must be a whole number of steps, not -1'],
    ['with a factor above 1', { name: 'step', factor: 2 }, 'step.factor must be a number from 0 to 1, not 2'],
    [
      'with a factor in words',
      { name: 'exponential', factor: 'half' },
      'exponential.factor must be a number from 0 to 1, not "half"',
    ],
    ['with no epochs', { name: 'step', epochs: 0 }, 'step.epochs must be a whole number of at least 1, not 0'],
    [
      'with half a patience',
      { name: 'plateau', patience: 1.5 },
      'plateau.patience must be a whole number of at least 1, not 1.5',
    ],
  ])('%s is refused', (_name, schedule, message) => {
    expect(() => scheduleOf(schedule as ScheduleOption, 1)).toThrow(new OptionError(message))
  })
})

describeOnBackends('a run with a schedule', (backend) => {
  const data = new Dataset({
    inputs: normals(33, 1),
    width: 3,
    labels: Int32Array.from({ length: 11 }, (_, i) => i % 2),
  })
  const create = () => new Network([3, 4, 2], { seed: 1, backend })

  it('gives each batch its own rate, also the smaller last one', async () => {
    const [scheduled, byHand] = [create(), create()]
    const options = { epochs: 2, batchSize: 4, learningRate: 3, shuffle: false, schedule: 'cosine' } as const
    const epochs = await scheduled.fit(data, options)
    const rates = ratesOf('cosine', 3, 2, 3)
    for (const [step, learningRate] of rates.entries()) {
      const from = (step % 3) * 4
      await byHand.partialFit(data.slice(from, Math.min(from + 4, 11)), { learningRate })
    }
    expect(sameBits(scheduled.parameters, byHand.parameters)).toBe(true)
    expect(epochs.map(({ learningRate }) => learningRate)).toEqual([rates[2], rates[5]])
  })

  it('calls a function for each update of the run, counted from 0', async () => {
    const asked: number[] = []
    const schedule = (step: number) => {
      asked.push(step)
      return 0
    }
    const network = create()
    const before = network.parameters.slice()
    await network.fit(data, { epochs: 2, batchSize: 5, learningRate: 1, schedule })
    expect(asked).toEqual([0, 1, 2, 3, 4, 5])
    expect(sameBits(network.parameters, before)).toBe(true)
  })

  it('ends before the epoch if a function does not return a rate, and the network stays usable', async () => {
    const network = create()
    const run = network.fit(data, { batchSize: 5, learningRate: 1, schedule: (step) => (step < 4 ? 1 : Number.NaN) })
    await expect(run).rejects.toThrow(new OptionError('schedule(4) must be a number of at least 0, not NaN'))
    const other = create()
    await other.fit(data, { epochs: 1, batchSize: 5, learningRate: 1 })
    expect(sameBits(network.parameters, other.parameters)).toBe(true)
  })
})

describeOnBackends('the plateau', (backend) => {
  // One row that is classified correctly from the start, so the accuracy cannot improve after epoch 1.
  const description = { inputs: 1, layers: [dense(2)], initializer: 'zeros' } as const
  const row = new Dataset({ inputs: [[1]], labels: [0] })
  const ratesIn = async (schedule: ScheduleOption, validation?: Dataset) => {
    const network = new Network(description, { backend })
    const epochs = await network.fit(row, {
      epochs: 100,
      learningRate: 0.5,
      schedule,
      ...(validation && { validation }),
    })
    return epochs.map(({ learningRate }) => learningRate)
  }
  const each = (times: number, ...rates: number[]) => rates.flatMap((rate) => new Array<number>(times).fill(rate))

  it('halves the rate after ten epochs without a better metric, and ends the run below 1/128 of it: the book', async () => {
    const halved = [1, 2, 4, 8, 16, 32, 64, 128].map((divisor) => 0.5 / divisor)
    expect(await ratesIn('plateau', row)).toEqual([0.5, ...each(10, ...halved)])
  })

  it('waits, lowers the rate and ends as its settings say', async () => {
    const schedule = { name: 'plateau', patience: 2, factor: 0.25, minLearningRate: 0.025 } as const
    expect(await ratesIn(schedule, row)).toEqual([0.5, ...each(2, 0.5, 0.125, 0.03125)])
  })

  it('lowers the rate after a warm-up too', async () => {
    const schedule = { name: 'plateau', patience: 2, minLearningRate: 0.25, warmUp: 1 } as const
    expect(await ratesIn(schedule, row)).toEqual([0.25, 0.5, 0.5, 0.25, 0.25])
  })

  it('does nothing while the metric improves: without validation, the training cost', async () => {
    expect(await ratesIn({ name: 'plateau', patience: 1 })).toEqual(each(100, 0.5))
  })
})
