/** A small network that learns points of the plane. The library computes every number here. */

import { Dataset, dense, Network } from '#src/browser'
import { type Grid, gridPoints } from '#src/drawing/contours'
import { largest } from '#src/drawing/weight-picture'
import type { Point, Points } from './presets.js'

export const activationNames = ['tanh', 'sigmoid', 'relu'] as const
export type HiddenActivation = (typeof activationNames)[number]

/** What makes a new network. */
export interface Setup {
  /** The number of neurons of each hidden layer. */
  readonly hidden: readonly number[]
  readonly activation: HiddenActivation
  readonly seed: number
}

/** The number of points of the large picture and of the small ones, in each direction. */
const fine = 60
const coarse = 24

const batchSize = 10

/** A picture of a neuron: how active it is over the plane. */
export interface NeuronMap {
  readonly grid: Grid
  /** The absolute value that has the full color. */
  readonly limit: number
}

/** What there is to see of a network at one moment. */
export interface Sight {
  readonly epochs: number
  /** The mean cost and the share of right answers. Undefined if there are no points. */
  readonly cost: number | undefined
  readonly accuracy: number | undefined
  /** The class that the network gives to each point. */
  readonly answers: ArrayLike<number>
  readonly layers: readonly { readonly weights: ArrayLike<number>; readonly biases: ArrayLike<number> }[]
  /** The output over the plane, from -1 (class 0) to 1 (class 1). */
  readonly output: NeuronMap
  /** For each hidden layer, the map of each neuron. */
  readonly hidden: readonly (readonly NeuronMap[])[]
}

/** A weight or a bias: `index` counts the weights of the layer, or its biases. */
export interface ParameterPlace {
  readonly layer: number
  readonly kind: 'weights' | 'biases'
  readonly index: number
}

export interface Experiment {
  /**
   * Learns from all points for some epochs.
   * @throws DivergedError if the cost or a weight is not finite any more
   */
  learn(points: readonly Point[], epochs: number, learningRate: number): Promise<void>
  change(place: ParameterPlace, value: number): void
  look(points: readonly Point[]): Promise<Sight>
}

/** Makes a new network. The same setup and the same points give the same run. */
export function startExperiment({ hidden, activation, seed }: Setup, { points, x, y, names }: Points): Experiment {
  const network = new Network(
    { inputs: 2, layers: [...hidden.map((count) => dense(count, activation)), dense(1)], cost: 'cross-entropy' },
    // Each WebAssembly network reserves address space, and these networks are many and tiny. The bits are the same.
    { seed, dtype: 'float64', backend: 'typescript' },
  )
  // The columns of a table can have any size. Presets are drawn around 0.
  if (names && points.length > 0) network.standardize(datasetOf(points))
  let seen = 0
  const finePoints = gridPoints(fine, fine, x, y)
  const coarsePoints = gridPoints(coarse, coarse, x, y)

  return {
    async learn(points, epochs, learningRate) {
      if (points.length === 0) return
      await network.fit(datasetOf(points), { epochs, batchSize, learningRate })
      seen += epochs
    },
    change({ layer, kind, index }, value) {
      network.layers[layer][kind][index] = value
    },
    async look(points) {
      const examples = points.length > 0 ? datasetOf(points) : undefined
      const measures = examples && (await network.evaluate(examples))
      const outputs = network.feedforward(finePoints)
      const { layers } = network.activations(coarsePoints)
      return {
        epochs: seen,
        cost: measures?.cost,
        accuracy: measures?.accuracy,
        answers: examples ? await network.classify(examples) : [],
        layers: network.layers.map(({ weights, biases }) => ({ weights: weights.slice(), biases: biases.slice() })),
        output: { grid: { values: outputs.map(signed), columns: fine, rows: fine, x, y }, limit: 1 },
        hidden: hidden.map((count, layer) => {
          const all = activation === 'sigmoid' ? layers[layer].a.map(signed) : layers[layer].a
          const limit = activation === 'relu' ? largest(all) : 1
          return Array.from({ length: count }, (_, neuron) => ({
            grid: {
              values: Float64Array.from({ length: coarse * coarse }, (_, row) => all[row * count + neuron]),
              columns: coarse,
              rows: coarse,
              x,
              y,
            },
            limit,
          }))
        }),
      }
    },
  }
}

/** From the range of a sigmoid, 0 to 1, to -1 to 1. */
function signed(output: number): number {
  return 2 * output - 1
}

function datasetOf(points: readonly Point[]): Dataset {
  return new Dataset({
    inputs: Float64Array.from(points.flatMap(({ x, y }) => [x, y])),
    width: 2,
    labels: points.map(({ label }) => label),
  })
}

/** The picture of an input: its own value over the plane, around the middle of its range. */
export function inputMap(input: 0 | 1, { x, y }: Points): NeuronMap {
  const points = gridPoints(coarse, coarse, x, y)
  const [from, to] = input === 0 ? x : y
  const values = Float64Array.from({ length: coarse * coarse }, (_, i) => points[2 * i + input] - (from + to) / 2)
  return { grid: { values, columns: coarse, rows: coarse, x, y }, limit: (to - from) / 2 }
}
