import { type CostName, Dataset, dense, Network } from '../../index.js'
import type { Experiment, Laboratory } from './experiment.js'

/** A neuron that is trained to give the output 0 for the input 1. */
interface Neuron {
  readonly cost: CostName
  readonly learningRate: number
  /** The weight and the bias at the start of the training. */
  readonly start: readonly [number, number]
}

const good: Neuron = { cost: 'quadratic', learningRate: 0.15, start: [0.6, 0.9] }
const bad: Neuron = { ...good, start: [2, 2] }
const cured: Neuron = { ...bad, cost: 'cross-entropy' }
/** The neuron `cured` with the learning rate of the animation in Nielsen's book. */
const slowed: Neuron = { ...cured, learningRate: 0.005 }

const half = 150

/** Trains the neuron. Resolves to its outputs after 0, 150 and 300 epochs, and to its final cost. */
async function follow(neuron: Neuron, { machine, signal }: Laboratory): Promise<number[]> {
  const { cost, learningRate, start } = neuron
  const example = new Dataset({ inputs: [[1]], targets: [[0]] })
  const network = new Network(
    { inputs: 1, layers: [dense(1)], cost },
    { ...machine, dtype: 'float64', parameters: start },
  )
  const outputs = [network.feedforward([1])[0]]
  for (let part = 0; part < 2; part++) {
    await network.fit(example, { epochs: half, learningRate, ...(signal && { signal }) })
    outputs.push(network.feedforward([1])[0])
  }
  return [...outputs, (await network.evaluate(example)).cost]
}

function figuresOf({ cost, learningRate, start: [w, b] }: Neuron, outputs: readonly (number | undefined)[]) {
  const names = ['output at the start', 'output after 150 epochs', 'output after 300 epochs', 'cost after 300 epochs']
  return names.map((name, i) => ({
    name: `w ${w}, b ${b}, ${cost}, rate ${learningRate}: ${name}`,
    unit: 'number' as const,
    ...(outputs[i] !== undefined && { book: outputs[i] }),
  }))
}

/**
 * The experiment for chapter 3 of Nielsen's book. It shows that a neuron with a very wrong output learns slowly with
 * the quadratic cost, and fast with the cross-entropy.
 */
export const saturation: Experiment = {
  name: 'saturation',
  chapter: 3,
  shows: 'one badly wrong neuron: learns slowly with the quadratic cost, fast with cross-entropy',
  figures: [
    ...figuresOf(good, [0.82, undefined, 0.09]),
    ...figuresOf(bad, [0.98]),
    ...figuresOf(cured, [0.98]),
    ...figuresOf(slowed, [0.98]),
  ],
  needs: { pictures: false, seed: false },
  trainings: [],
  async run(laboratory) {
    const values: number[] = []
    for (const neuron of [good, bad, cured, slowed]) values.push(...(await follow(neuron, laboratory)))
    return values
  },
}
