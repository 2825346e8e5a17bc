/**
 * Networks so small that their cost can be drawn over their weights. The library computes every cost and every gradient
 * here, and makes every step.
 */

import { Dataset, type Description, DivergedError, dense, Network, type UpdateOptions } from '#src/browser'
import { type Grid, gridPoints, type Range } from '#src/drawing/contours'

/**
 * A small network and its examples. For each example there is another with the opposite inputs and the opposite target,
 * and all activations are odd functions. So the slopes of the biases are exactly 0, and the biases stay 0.
 */
export interface Landscape {
  readonly description: Description
  readonly inputs: readonly (readonly number[])[]
  readonly targets: readonly (readonly number[])[]
  /** Where the weights are in `network.parameters`. All other parameters are biases. */
  readonly weights: readonly number[]
  /** The range of each weight in the drawing. */
  readonly ranges: readonly Range[]
  readonly start: readonly number[]
}

/** A linear neuron with one weight. Its cost is the parabola (w - 1)^2 / 2. */
const parabola: Landscape = {
  description: { inputs: 1, layers: [dense(1, 'identity')] },
  ...mirrored([[[1], [1]]]),
  weights: [0],
  ranges: [[-3, 5]],
  start: [-2],
}

/** A tanh neuron with one weight. Its cost is flat where the neuron is saturated. */
const plateau: Landscape = {
  description: { inputs: 1, layers: [dense(1, 'tanh')] },
  ...mirrored([[[1], [0.75]]]),
  weights: [0],
  ranges: [[-3, 5]],
  start: [-1.5],
}

/** A linear neuron with two weights. Its cost is a long valley, 25 times as steep across as along. */
const valley: Landscape = {
  description: { inputs: 2, layers: [dense(1, 'identity')] },
  // The inputs have the length 2 in the direction of 30 degrees, and 0.4 across. The targets are those of (1.2, 0).
  ...mirrored([
    [[1.732, 1], [1.732 * 1.2]],
    [[-0.2, 0.3464], [-0.2 * 1.2]],
  ]),
  weights: [0, 1],
  ranges: [
    [-3, 3],
    [-3, 3],
  ],
  start: [-2, 1.2],
}

/** A chain of a tanh neuron and a linear neuron. With both signs changed the weights compute the same: two valleys. */
const twoValleys: Landscape = {
  description: { inputs: 1, layers: [dense(1, 'tanh'), dense(1, 'identity')] },
  ...mirrored([
    [[0.5], [0.7]],
    [[1.5], [1.4]],
  ]),
  weights: [0, 2],
  ranges: [
    [-3, 3],
    [-3, 3],
  ],
  start: [-0.3, 1.6],
}

export const slopes = { parabola, plateau } as const
export const valleys = { valley, twoValleys } as const

function mirrored(examples: [inputs: number[], targets: number[]][]): Pick<Landscape, 'inputs' | 'targets'> {
  const opposite = (values: number[]) => values.map((value) => 0 - value)
  return {
    inputs: examples.flatMap(([inputs]) => [inputs, opposite(inputs)]),
    targets: examples.flatMap(([, targets]) => [targets, opposite(targets)]),
  }
}

/** A place in a landscape, with the library's cost and gradient there. */
export interface Place {
  readonly weights: readonly number[]
  readonly cost: number
  readonly gradient: readonly number[]
}

/** Makes the network of a landscape with these weights. Its numbers are float64. */
function networkAt({ description, weights }: Landscape, values: ArrayLike<number>): Network {
  // Each WebAssembly network reserves address space, and these networks are many and tiny. The bits are the same.
  const network = new Network(description, { dtype: 'float64', backend: 'typescript' })
  network.parameters.fill(0)
  weights.forEach((index, i) => {
    network.parameters[index] = values[i]
  })
  return network
}

function placeOf(network: Network, { inputs, targets, weights }: Landscape): Place {
  const { cost, parameters } = network.gradients(inputs, targets)
  const chosen = (values: ArrayLike<number>) => weights.map((index) => values[index])
  return { weights: chosen(network.parameters), cost, gradient: chosen(parameters) }
}

/** Returns the cost and the gradient at these weights. */
export function placeAt(landscape: Landscape, weights: readonly number[]): Place {
  return placeOf(networkAt(landscape, weights), landscape)
}

/** Returns the costs along the range of the only weight of a landscape. */
export function costsAlong(landscape: Landscape, count: number): Place[] {
  const [[from, to]] = landscape.ranges
  const network = networkAt(landscape, [0])
  return Array.from({ length: count }, (_, i) => {
    network.parameters[landscape.weights[0]] = from + ((to - from) * i) / (count - 1)
    return placeOf(network, landscape)
  })
}

/** Returns the costs over the ranges of both weights of a landscape: size x size points. */
export function costsOver(landscape: Landscape, size: number): Grid {
  const [x, y] = landscape.ranges
  const points = gridPoints(size, size, x, y)
  const network = networkAt(landscape, [0, 0])
  const [first, second] = landscape.weights
  const values = Float64Array.from({ length: size * size }, (_, i) => {
    network.parameters[first] = points[2 * i]
    network.parameters[second] = points[2 * i + 1]
    return network.gradients(landscape.inputs, landscape.targets).cost
  })
  return { values, columns: size, rows: size, x, y }
}

/** A ball in a landscape: a network that learns step by step, and where it has been. */
export interface Ball {
  /** The places from the start to now. */
  readonly trail: readonly Place[]
  /** Whether a step ended in numbers that are not finite. The ball then stays where it was before this step. */
  hasDiverged(): boolean
  /** Makes one step of learning with all examples. */
  step(options: UpdateOptions): Promise<void>
}

/** Puts a ball down. Its optimizer remembers nothing. */
export function dropBall(landscape: Landscape, start: readonly number[]): Ball {
  const network = networkAt(landscape, start)
  const examples = new Dataset({ inputs: landscape.inputs, targets: landscape.targets })
  const trail = [placeOf(network, landscape)]
  let diverged = false
  return {
    trail,
    hasDiverged: () => diverged,
    async step(options) {
      try {
        await network.partialFit(examples, options)
        trail.push(placeOf(network, landscape))
      } catch (error) {
        if (!(error instanceof DivergedError)) throw error
        diverged = true
      }
    },
  }
}
