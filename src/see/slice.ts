import { createRandom } from '../base/random.js'
import { type Dataset, type FloatArray, Network } from '../common.js'
import type { AnswerOf, QuestionOf } from './protocol.js'

/** The number of training rows on which the cost is computed at each point. */
const maxRows = 1000

/**
 * Computes the cost over a plane through the parameters of a network (Li, Xu, Taylor, Studer and Goldstein,
 * "Visualizing the Loss Landscape of Neural Nets", 2018). The network is used for this alone, and its parameters are
 * the center of the plane.
 * @throws the reason of the signal if it is aborted
 */
export async function sliceOf(
  network: Network,
  training: Dataset,
  { seed, size }: QuestionOf<'slice'>,
  signal: AbortSignal,
): Promise<AnswerOf<'slice'>> {
  const rows = training.slice(0, Math.min(maxRows, training.rows))
  const center = network.parameters.slice()
  const along = randomDirection(network, seed, 0)
  const across = randomDirection(network, seed, 1)
  const costs = new Float64Array(size * size)
  const at = (index: number) => (2 * index) / (size - 1) - 1
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const { parameters } = network
      const [x, y] = [at(column), at(row)]
      for (let i = 0; i < center.length; i++) parameters[i] = center[i] + x * along[i] + y * across[i]
      const { cost } = await network.evaluate(rows, { signal, confusion: false })
      costs[row * size + column] = cost
    }
  }
  return { costs, size }
}

/**
 * Returns a random direction. Its part for the weights of each neuron has the length of these weights, because a step of
 * one size means much to small weights and little to large ones. The biases stay as they are.
 */
function randomDirection({ description, parameters }: Network, seed: number, number: number): FloatArray {
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

function lengthOf(values: FloatArray): number {
  let sum = 0
  for (const value of values) sum += value * value
  return Math.sqrt(sum)
}

/** Makes a network with the same parameters, standardization and names. */
export function twinOf(network: Network): Network {
  return Network.fromBytes(network.toBytes(), { backend: network.backend.name })
}
