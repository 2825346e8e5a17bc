import { type Dataset, Network } from 'descent-nn'
import { createRandom, shuffle } from '#src/base/random'
import { type Case, type Plan, type SmallCase, smallCases, type TrainingCase, trainingCases } from '../cases.js'
import type { Contender } from '../contenders.js'
import { smallData } from '../data.js'
import { readResult, writeArray } from '../exchange.js'
import { descriptionOf, wordsOf } from '../form.js'
import { type Answer, figuresOf, runContender } from '../processes.js'
import type { Measurement } from '../report/measurement.js'
import { distance, median } from '../statistics.js'
import { amountFor, checkBits, compete, type Entrant, lateness, type Setting, settingFor } from './part.js'

/**
 * The largest allowed relative difference between the cost of a contender and that of descent, after both have trained
 * on a few examples. A larger difference cannot be explained by rounding.
 */
const costTolerance = 1e-3
/**
 * The largest allowed distance between the parameters of a contender and those of descent, after both have trained on a
 * few examples. It is a fraction of the distance that descent's parameters have moved in the training.
 */
const parameterTolerance = 1e-3
/**
 * After complete epochs, a contender's accuracy may be this much below descent's, because rounding errors have grown by
 * then.
 */
const accuracyTolerance = 0.05

/** Returns the network with which a case starts. It is the same for all contenders. */
export function startOf(one: Case): Network {
  return new Network({ ...descriptionOf(one), initializer: one.initializer }, { seed: 1 })
}

export interface TrainingData {
  readonly training: Dataset
  readonly test: Dataset
}

/** Writes the training data to the shared folder, where all contenders read it. */
export function shareData({ folder }: Setting, { training }: TrainingData): void {
  writeArray(folder, 'inputs.u8', Uint8Array.from(training.inputs))
  writeArray(folder, 'labels.u8', Uint8Array.from(training.labels ?? training.targets ?? []))
}

/**
 * Writes the initial parameters of a case to a file for all contenders. Returns a function that prepares a contender
 * for the case.
 */
export function openCase(setting: Setting, one: TrainingCase | SmallCase, { training, test }: TrainingData) {
  const start = Float32Array.from(startOf(one).parameters)
  writeArray(setting.folder, 'parameters.f32', start)
  const judge = createJudge(one, start, training, test)
  return (contender: Contender) => enterTraining(contender, one, setting, judge, training.rows)
}

/**
 * Measures the training speed over whole epochs, in examples per second. Only cases whose name contains `only` are
 * measured.
 */
export async function measureTraining(setting: Setting, only: string, data: TrainingData): Promise<Measurement[]> {
  shareData(setting, data)
  const measurements: Measurement[] = []
  for (const one of trainingCases.slice(0, setting.plan.cases).filter(({ name }) => name.includes(only))) {
    const where = `training ${one.name}`
    const able = settingFor(setting, 'training', where, one)
    measurements.push(...(await compete(able, 'training', where, openCase(able, one, data))))
  }
  return measurements
}

/**
 * Measures the training speed of small networks, in steps per second. Only cases whose name contains `only` are
 * measured.
 */
export async function measureSmall(setting: Setting, only: string): Promise<Measurement[]> {
  const { smallExamples: examples, smallCases: count } = setting.plan
  const measurements: Measurement[] = []
  for (const one of smallCases.slice(0, count).filter(({ name }) => name.includes(only))) {
    const where = `training ${one.name}`
    const data = { training: smallData(one, examples, 1), test: smallData(one, 1000, 2) }
    const able = settingFor({ ...setting, plan: { ...setting.plan, examples } }, 'training', where, one)
    shareData(able, data)
    measurements.push(...(await compete(able, 'training', where, openCase(able, one, data))))
  }
  return measurements
}

interface Run {
  readonly examples: number
  readonly epochs: number
  readonly batchSize: number
  readonly learningRate: number
}

/** The parameters after training, and the network's cost and accuracy on the test set. */
interface Outcome {
  readonly parameters: Float32Array
  readonly cost: number
  readonly accuracy: number
}

interface Judge {
  readonly start: Float32Array
  readonly evaluate: (parameters: Float32Array) => Promise<Outcome>
  /**
   * Trains with descent in the same way as a contender, and returns the outcome. Uses the default backend, or the
   * native backend if the contender must match the native backend bit for bit.
   */
  readonly ours: (run: Run, contender: Contender) => Promise<Outcome>
}

/** @throws Error if the outcome of a short training differs from descent's by more than rounding */
export function checkOutcome(outcome: Outcome, ours: Outcome, start: ArrayLike<number>): void {
  if (!(Math.abs(outcome.cost - ours.cost) <= costTolerance * ours.cost)) {
    throw new Error(`its cost is ${outcome.cost.toFixed(5)}, ours ${ours.cost.toFixed(5)}`)
  }
  const apart = distance(outcome.parameters, ours.parameters) / distance(ours.parameters, start)
  if (!(apart <= parameterTolerance)) {
    throw new Error(
      `its parameters differ from ours by ${apart.toPrecision(2)} of the distance from the start, at most ${parameterTolerance}`,
    )
  }
}

/**
 * Returns the order in which contenders train on the examples. The rows of a small network are random already. They are
 * used as they are stored, because waiting for memory would take longer than a step.
 */
function orderOf(examples: number, one: TrainingCase | SmallCase): Uint32Array {
  const order = Uint32Array.from({ length: examples }, (_, i) => i)
  return 'data' in one ? order : shuffle(order, createRandom(1, 'order', examples))
}

function createJudge(one: TrainingCase | SmallCase, start: Float32Array, training: Dataset, test: Dataset): Judge {
  const known = new Map<string, Outcome>()
  async function evaluate(parameters: Float32Array): Promise<Outcome> {
    const network = new Network(descriptionOf(one), { parameters })
    const { cost, accuracy = await shareOfRight(network, test) } = await network.evaluate(test)
    return { parameters, cost, accuracy }
  }
  async function ours({ examples, ...options }: Run, { exact }: Contender): Promise<Outcome> {
    const backend = exact ? 'native' : 'auto'
    const key = JSON.stringify([examples, options, backend])
    const before = known.get(key)
    if (before) return before
    const network = new Network(descriptionOf(one), { parameters: start, backend })
    await network.fit(training.slice(0, examples), { ...options, shuffle: () => orderOf(examples, one) })
    const result = await evaluate(Float32Array.from(network.parameters))
    known.set(key, result)
    return result
  }
  return { start, evaluate, ours }
}

/** Returns the fraction of the rows whose class is their target. A network with a single output learns from targets. */
async function shareOfRight(network: Network, test: Dataset): Promise<number> {
  const classes = await network.classify(test)
  return classes.filter((one, row) => one === test.targets?.[row]).length / test.rows
}

/**
 * Limits a number of examples to `most`, and rounds it down to complete batches of the case. The result is at least one
 * batch.
 */
function wholeBatches(examples: number, { batchSize }: TrainingCase, most: number): number {
  return batchSize * Math.max(1, Math.floor(Math.min(examples, most) / batchSize))
}

async function enterTraining(
  contender: Contender,
  one: TrainingCase | SmallCase,
  { plan, folder, remark }: Setting,
  judge: Judge,
  available: number,
): Promise<Entrant> {
  const batchSize = contender.batchSize ?? one.batchSize
  const learningRate = (one.learningRate * batchSize) / one.batchSize
  const train = (run: Run): Answer => {
    writeArray(folder, 'order.u32', orderOf(run.examples, one))
    const numbers = [run.examples, run.epochs, run.batchSize, run.learningRate, ...one.sizes]
    return runContender(contender, 'training', folder, [...wordsOf(one), ...numbers])
  }
  const most = Math.min(plan.examples, available)
  const short: Run = { examples: wholeBatches(plan.checkedExamples, one, most), epochs: 1, batchSize, learningRate }
  const first = train(short)
  const outcome = await judge.evaluate(readResult(folder))
  const ours = await judge.ours(short, contender)
  checkOutcome(outcome, ours, judge.start)
  if (contender.exact) checkBits(outcome.parameters, ours.parameters)
  const taken = median(figuresOf(first, 'seconds'))
  const amount = (rate: number) => amountFor(plan.seconds, rate, 1, one.batchSize, most)
  let speed = short.examples / taken
  let examples = amount(speed)
  // The short training above may consist mostly of warm-up. The speed is therefore measured again over several epochs.
  if (plan.epochs > 1 && taken < plan.seconds) {
    const trial = figuresOf(train({ ...short, examples, epochs: plan.epochs }), 'seconds')
    speed = examples / median(trial.slice(1))
    examples = amount(speed)
  }
  const pace = paceOf(examples / speed, plan)
  const run: Run = { examples, epochs: pace === 'usual' ? plan.epochs : 1, batchSize, learningRate }
  const rounds: number[] = []
  const accuracies: number[] = []
  const delays: number[] = []
  const [unit, examplesOfUnit] = 'data' in one ? ['steps/s', one.batchSize] : ['examples/s', 1]
  const note = ({ delay }: Answer, rate: number, accuracy: number) => {
    rounds.push(rate / examplesOfUnit)
    accuracies.push(accuracy)
    if (delay !== undefined) delays.push(delay)
  }
  const where = `${contender.name}, training ${one.name}`
  if (pace === 'once') {
    note(first, short.examples / taken, outcome.accuracy)
    remark(`${where}: slow; the figure is that of the checked run of ${short.examples} examples`)
  }
  if (pace === 'short')
    remark(`${where}: slow; a round is a single epoch without warm-up, during which the event loop is watched`)
  return {
    async round() {
      if (pace === 'once') return
      const answer = train(run)
      const seconds = figuresOf(answer, 'seconds')
      const [{ accuracy, parameters }, ours] = [
        await judge.evaluate(readResult(folder)),
        await judge.ours(run, contender),
      ]
      if (!(accuracy >= ours.accuracy - accuracyTolerance)) {
        const [what, expected] = [accuracy, ours.accuracy]
        throw new Error(`after ${run.epochs} epochs of ${examples} examples its accuracy is ${what}, ours ${expected}`)
      }
      if (contender.exact) checkBits(parameters, ours.parameters)
      // If there are several epochs, the first one is a warm-up and is not counted.
      note(answer, examples / median(seconds.slice(run.epochs > 1 ? 1 : 0)), accuracy)
    },
    measured: () => [
      {
        part: 'training',
        case: one.name,
        contender: contender.name,
        unit,
        better: 'more',
        rounds,
        others: {
          examples: pace === 'once' ? short.examples : examples,
          accuracy: median(accuracies).toFixed(4),
          ...lateness(delays),
        },
      },
    ],
  }
}

/**
 * Returns how a contender takes part, given the seconds that its epoch takes:
 * - 'usual': in each round, with the usual number of epochs
 * - 'short': in each round, with a single epoch and no warm-up
 * - 'once': in no round; the speed of its first short training is reported instead
 *
 * `meant` is the time that an epoch should take. A very slow contender takes longer, even for an epoch of one batch.
 */
export function paceOf(seconds: number, { seconds: meant }: Pick<Plan, 'seconds'>): 'usual' | 'short' | 'once' {
  return seconds > 10 * meant ? 'once' : seconds > 2 * meant ? 'short' : 'usual'
}
