import { describe, expect, it } from 'vitest'
import { Dataset, dense, Network, OptionError, type ScheduleOption } from '#src/index'
import { fillRates, scheduleOf, schedules } from '#src/network/schedules'
import { normwiseError } from '../support/numbers.js'

/** The rates of a whole run of `epochs` x `perEpoch` updates. */
function ratesOf(schedule: ScheduleOption, learningRate: number, epochs: number, perEpoch: number): number[] {
  const { rate } = scheduleOf(schedule, learningRate)
  return Array.from({ length: epochs }, (_, epoch) => {
    const rates = new Float64Array(perEpoch)
    fillRates(rates, epoch + 1, epochs * perEpoch, rate)
    return [...rates]
  }).flat()
}

describe('schedules', () => {
  it('have the defaults of PyTorch, and of the book for the plateau', () => {
    expect(Object.fromEntries(Object.entries(schedules).map(([name, { defaults }]) => [name, defaults]))).toEqual({
      constant: {},
      // torch.optim.lr_scheduler: StepLR's gamma, one in ten as its page has it; OneCycleLR's pct_start, 1 / div_factor and
      // 1 / (div_factor x final_div_factor)
      step: { epochs: 10, factor: 0.1 },
      exponential: { factor: 0.95 },
      cosine: { end: 0 },
      'one-cycle': { rise: 0.3, start: 0.04, end: 4e-6 },
      plateau: { patience: 10, factor: 0.5, smallest: 1 / 128 },
    })
  })

  it.each<[string, ScheduleOption, number[]]>([
    ['constant', 'constant', [2, 2, 2, 2, 2, 2, 2, 2]],
    ['step', { name: 'step', epochs: 2, factor: 0.1 }, [2, 2, 2, 2, 0.2, 0.2, 0.2, 0.2]],
    ['exponential', { name: 'exponential', factor: 0.5 }, [2, 2, 1, 1, 0.5, 0.5, 0.25, 0.25]],
    // PyTorch's CosineAnnealingLR: end + (1 - end) (1 + cos(pi t / T)) / 2
    ...[0, 0.1].map((end): [string, ScheduleOption, number[]] => [
      `cosine to ${end}`,
      { name: 'cosine', end },
      [0, 1, 2, 3, 4, 5, 6, 7].map((t) => 2 * (end + ((1 - end) * (1 + Math.cos((Math.PI * t) / 8))) / 2)),
    ]),
    [
      'one-cycle',
      { name: 'one-cycle', rise: 0.5, start: 0.2, end: 0 },
      // Half waves from 0.2 up to 1 in four updates, and from 1 down to 0 in four.
      [0, 1, 2, 3, 4, 5, 6, 7].map((t) =>
        t < 4 ? 2 * (0.6 - 0.4 * Math.cos((Math.PI * t) / 4)) : 1 + Math.cos((Math.PI * (t - 4)) / 4),
      ),
    ],
    ['warm-up', { name: 'constant', warmUp: 3 }, [0.5, 1, 1.5, 2, 2, 2, 2, 2]],
    ['a function', (step) => step / 2, [0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5]],
  ])('%s gives these rates over four epochs of two updates', (_name, schedule, expected) => {
    expect(normwiseError(ratesOf(schedule, 2, 4, 2), expected)).toBeLessThan(1e-14)
  })

  it('reach the network: the updates of a run are its gradients times these rates', async () => {
    const data = new Dataset({ inputs: [[1], [1], [1], [1]], targets: [[1], [1], [1], [1]] })
    const description = { inputs: 1, layers: [dense(1, 'identity')] }
    const network = new Network(description, { dtype: 'float64', backend: 'typescript', parameters: [0, 0] })
    const rates = [0.1, 0.2, 0.05, 0.4]
    const options = { epochs: 2, batchSize: 2, learningRate: 1, shuffle: false }
    const epochs = await network.fit(data, { ...options, schedule: (step) => rates[step] })
    // The error w + b - 1 is multiplied by 1 - 2 rate in each update.
    const left = rates.reduce((error, rate) => error * (1 - 2 * rate), -1)
    expect(normwiseError(network.parameters, [(1 + left) / 2, (1 + left) / 2])).toBeLessThan(1e-14)
    expect(epochs.map(({ learningRate }) => learningRate)).toEqual([0.2, 0.4])
  })

  it('plateau halves the rate after epochs without a better cost, and ends the run below the smallest', async () => {
    // Weights of 0 learn nothing: every epoch has the same cost.
    const data = new Dataset({ inputs: [[0]], targets: [[0]] })
    const network = new Network(
      { inputs: 1, layers: [dense(1, 'identity')] },
      { backend: 'typescript', parameters: [0, 0] },
    )
    const schedule = { name: 'plateau', patience: 2, smallest: 0.25 } as const
    const epochs = await network.fit(data, { epochs: 50, learningRate: 8, schedule })
    // The first epoch is the best one; two more, and the rate is lowered: below 0.25 x 8 the run ends.
    expect(epochs.map(({ learningRate }) => learningRate)).toEqual([8, 8, 8, 4, 4, 2, 2])
  })

  it.each<[unknown, string]>([
    [
      'linear',
      'schedule must be one of constant, step, exponential, cosine, one-cycle, plateau, or a function of the step, not "linear"',
    ],
    [{ name: 'step', epochs: 0 }, 'step.epochs must be a whole number of at least 1, not 0'],
    [{ name: 'cosine', end: -0.1 }, 'cosine.end must be a number from 0 to 1, not -0.1'],
    [{ name: 'cosine', warmUp: -1 }, 'cosine.warmUp must be a whole number of steps, not -1'],
  ])('refuse %j', (schedule, message) => {
    expect(() => scheduleOf(schedule as ScheduleOption, 1)).toThrow(new OptionError(message))
  })

  it('refuse a function that gives a negative rate, with the step', () => {
    expect(() => ratesOf((step) => 1 - step, 1, 1, 3)).toThrow(
      new OptionError('schedule(2) must be a number of at least 0, not -1'),
    )
  })
})
