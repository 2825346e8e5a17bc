/** A slice through the cost of a network: a plane through its parameters, and the cost at points of this plane. */

import { createRandom } from '../base/random.js'
import { type Dataset, type FloatArray, Network, type NetworkDescription } from '../common.js'

/** The number of training rows on which the cost is computed at each point. */
const maxRows = 1000

export interface Plane {
  /** The parameters in the middle of the plane. */
  readonly center: FloatArray
  readonly directions: readonly [right: FloatArray, up: FloatArray]
}

/** A place as it is seen from a plane. */
export interface PlaceInPlane {
  /** The nearest point of the plane, in lengths of the two directions from the middle. */
  readonly x: number
  readonly y: number
  /** How far the parameters are from the nearest point of the plane. */
  readonly height: number
  /** How far the parameters are from the middle of the plane. */
  readonly distance: number
}

/**
 * Returns the plane through some parameters in two random directions (Li, Xu, Taylor, Studer and Goldstein,
 * "Visualizing the Loss Landscape of Neural Nets", 2018).
 */
export function planeThrough(description: NetworkDescription, parameters: FloatArray, seed: number): Plane {
  const draw = (number: number) => randomDirection(description, parameters, seed, number)
  return { center: parameters.slice(), directions: [draw(0), draw(1)] }
}

/**
 * Returns a random direction. Its part for the weights of each neuron has the length of these weights, because a step of
 * one size means much to small weights and little to large ones. The biases stay as they are.
 */
function randomDirection(
  description: NetworkDescription,
  parameters: FloatArray,
  seed: number,
  number: number,
): FloatArray {
  const direction = parameters.slice()
  const random = createRandom(seed, 'slice', number)
  random.fillNormal(direction, 1)
  let at = 0
  let inputs = description.inputs
  for (const { outputs } of description.layers) {
    for (let neuron = 0; neuron < outputs; neuron++, at += inputs) {
      const drawn = direction.subarray(at, at + inputs)
      const factor = lengthOf(parameters.subarray(at, at + inputs)) / (lengthOf(drawn) || 1)
      for (let i = 0; i < inputs; i++) drawn[i] *= factor
    }
    direction.fill(0, at, at + outputs)
    at += outputs
    inputs = outputs
  }
  return direction
}

/**
 * Computes the costs at size x size points of a plane, from -1 to 1 in both directions, row by row. The network is used
 * for this alone: its parameters are overwritten.
 * @throws the reason of the signal if it is aborted
 */
export async function costsInPlane(
  network: Network,
  training: Dataset,
  { center, directions: [right, up] }: Plane,
  size: number,
  signal: AbortSignal,
): Promise<Float64Array> {
  const costs = new Float64Array(size * size)
  const at = (index: number) => (2 * index) / (size - 1) - 1
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const { parameters } = network
      const [x, y] = [at(column), at(row)]
      for (let i = 0; i < center.length; i++) parameters[i] = center[i] + x * right[i] + y * up[i]
      costs[row * size + column] = await costForSlices(network, training, signal)
    }
  }
  return costs
}

/** Computes the cost of a network on the rows that slices use. */
export async function costForSlices(network: Network, training: Dataset, signal: AbortSignal): Promise<number> {
  const rows = training.slice(0, Math.min(maxRows, training.rows))
  return (await network.evaluate(rows, { signal, confusion: false })).cost
}

/** Returns where some parameters are as seen from a plane. */
export function placeInPlane({ center, directions: [right, up] }: Plane, parameters: FloatArray): PlaceInPlane {
  const moved = Float64Array.from(center, (value, i) => parameters[i] - value)
  const [rightRight, rightUp, upUp] = [dot(right, right), dot(right, up), dot(up, up)]
  const [movedRight, movedUp] = [dot(moved, right), dot(moved, up)]
  // The nearest point is the solution of the normal equations. If all weights are 0, the plane is only a point.
  const determinant = rightRight * upUp - rightUp * rightUp
  const x = determinant > 0 ? (movedRight * upUp - movedUp * rightUp) / determinant : 0
  const y = determinant > 0 ? (movedUp * rightRight - movedRight * rightUp) / determinant : 0
  const height = lengthOf(moved.map((value, i) => value - x * right[i] - y * up[i]))
  return { x, y, height, distance: lengthOf(moved) }
}

function dot(a: FloatArray, b: FloatArray): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i]
  return sum
}

function lengthOf(values: FloatArray): number {
  let sum = 0
  for (const value of values) sum += value * value
  return Math.sqrt(sum)
}

/** Makes a network with the same parameters, standardization and names. */
export function twinOf(network: Network): Network {
  return Network.fromBytes(network.toBytes(), { backend: network.backend.name })
}
