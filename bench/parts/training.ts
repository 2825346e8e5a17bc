import { type Dataset, dense, Network } from 'descent'
import { createRandom, shuffle } from '#src/random'
import { type TrainingCase, trainingCases } from '../cases.js'
import type { Contender } from '../contenders.js'
import { readResult, writeArray } from '../exchange.js'
import { type Answer, figuresOf, runContender } from '../processes.js'
import type { Measurement } from '../report/measurement.js'
import { distance, median } from '../statistics.js'
import { amountFor, compete, type Entrant, type Setting } from './part.js'

/** How far a cost may lie from ours after the checked examples, relatively: rounding alone parts them. */
const closeness = 1e-3
/** How far the parameters may lie from ours then, against the way that ours have gone from the start. */
const astray = 1e-3
/** How far an accuracy may lie below ours after whole epochs, in which roundings have grown. */
const slack = 0.05

/** The network that a case starts from: the same for all. */
export function startOf({ sizes, initializer }: Pick<TrainingCase, 'sizes' | 'initializer'>): Network {
  const layers = sizes.slice(1).map((size) => dense(size))
  return new Network({ inputs: sizes[0], layers, initializer }, { seed: 1 })
}

/** Whole epochs, of the cases whose name includes `only`: examples a second. */
export async function measureTraining(
  setting: Setting,
  only: string,
  { training, test }: { readonly training: Dataset; readonly test: Dataset },
): Promise<Measurement[]> {
  const { folder, plan } = setting
  writeArray(folder, 'inputs.u8', Uint8Array.from(training.inputs))
  writeArray(folder, 'labels.u8', Uint8Array.from(training.labels ?? []))
  const measurements: Measurement[] = []
  for (const one of trainingCases.slice(0, plan.cases).filter(({ name }) => name.includes(only))) {
    const start = Float32Array.from(startOf(one).parameters)
    writeArray(folder, 'parameters.f32', start)
    const judge = createJudge(one, start, training, test)
    const enter = (contender: Contender) => enterTraining(contender, one, setting, judge, training.size)
    measurements.push(...(await compete(setting, 'training', `training ${one.name}`, enter)))
  }
  return measurements
}

interface Run {
  readonly examples: number
  readonly epochs: number
  readonly batchSize: number
  readonly learningRate: number
}

/** Where a run has led to, and how well that answers the test set. */
interface Outcome {
  readonly parameters: Float32Array
  readonly cost: number
  readonly accuracy: number
}

interface Judge {
  readonly start: Float32Array
  readonly evaluate: (parameters: Float32Array) => Promise<Outcome>
  /** Where the same run leads us to. */
  readonly ours: (run: Run) => Promise<Outcome>
}

/** @throws Error where a short run has not led where it leads us */
export function checkOutcome(outcome: Outcome, ours: Outcome, start: ArrayLike<number>): void {
  if (!(Math.abs(outcome.cost - ours.cost) <= closeness * ours.cost)) {
    throw new Error(`its cost is ${outcome.cost.toFixed(5)}, ours ${ours.cost.toFixed(5)}`)
  }
  const off = distance(outcome.parameters, ours.parameters) / distance(ours.parameters, start)
  if (!(off <= astray)) {
    throw new Error(`its parameters lie off ours by ${off.toPrecision(2)} of the way from the start, at most ${astray}`)
  }
}

const orderOf = (examples: number) =>
  shuffle(
    Uint32Array.from({ length: examples }, (_, i) => i),
    createRandom(1, 'order', examples),
  )

function createJudge({ sizes }: TrainingCase, start: Float32Array, training: Dataset, test: Dataset): Judge {
  const known = new Map<string, Outcome>()
  async function evaluate(parameters: Float32Array): Promise<Outcome> {
    const { cost, accuracy = Number.NaN } = await new Network(sizes, { parameters }).evaluate(test)
    return { parameters, cost, accuracy }
  }
  async function ours({ examples, ...options }: Run): Promise<Outcome> {
    const key = JSON.stringify([examples, options])
    const before = known.get(key)
    if (before) return before
    const network = new Network(sizes, { parameters: start })
    await network.fit(training.slice(0, examples), { ...options, shuffle: () => orderOf(examples) })
    const result = await evaluate(Float32Array.from(network.parameters))
    known.set(key, result)
    return result
  }
  return { start, evaluate, ours }
}

/** Examples in whole batches of the case, at least one of them. */
function wholeBatches(examples: number, { batchSize }: TrainingCase, most: number): number {
  return batchSize * Math.max(1, Math.floor(Math.min(examples, most) / batchSize))
}

async function enterTraining(
  contender: Contender,
  one: TrainingCase,
  { plan, folder }: Setting,
  judge: Judge,
  available: number,
): Promise<Entrant> {
  const batchSize = contender.batchSize ?? one.batchSize
  const learningRate = (one.learningRate * batchSize) / one.batchSize
  const train = (run: Run): Answer => {
    writeArray(folder, 'order.u32', orderOf(run.examples))
    const numbers = [run.examples, run.epochs, run.batchSize, run.learningRate, ...one.sizes]
    return runContender(contender, 'training', folder, numbers)
  }
  const most = Math.min(plan.examples, available)
  const short: Run = { examples: wholeBatches(plan.checkedExamples, one, most), epochs: 1, batchSize, learningRate }
  const taken = median(figuresOf(train(short), 'seconds'))
  checkOutcome(await judge.evaluate(readResult(folder)), await judge.ours(short), judge.start)
  const examples = amountFor(plan.seconds, short.examples, taken, one.batchSize, most)
  const run: Run = { examples, epochs: plan.epochs, batchSize, learningRate }
  const rounds: number[] = []
  const accuracies: number[] = []
  return {
    async round() {
      const seconds = figuresOf(train(run), 'seconds')
      const [{ accuracy }, { accuracy: ours }] = [await judge.evaluate(readResult(folder)), await judge.ours(run)]
      if (!(accuracy >= ours - slack)) {
        throw new Error(`after ${run.epochs} epochs of ${examples} examples its accuracy is ${accuracy}, ours ${ours}`)
      }
      // The first epoch warms up, where there are more.
      rounds.push(examples / median(seconds.slice(plan.epochs > 1 ? 1 : 0)))
      accuracies.push(accuracy)
    },
    measured: () => [
      {
        part: 'training',
        case: one.name,
        contender: contender.name,
        unit: 'examples/s',
        better: 'more',
        rounds,
        others: { examples, accuracy: median(accuracies).toFixed(4) },
      },
    ],
  }
}
