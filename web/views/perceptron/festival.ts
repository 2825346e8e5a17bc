/** The decision of note 001: do I go to the festival? The library computes every number here. */

import { dense, Network, Perceptron } from '#src/browser'
import type { Range } from '#src/drawing/contours'

/** What counts for or against going, in the order of the weights. */
export const reasons = ['weather', 'friend', 'transport'] as const

export interface Decision {
  /** How much each reason counts. */
  readonly weights: readonly number[]
  readonly threshold: number
  /** The factor of the weights and the threshold of the sigmoid neuron. The larger it is, the steeper is its curve. */
  readonly sharpness: number
}

/** One of the eight cases: which reasons speak for going, and what the neurons make of it. */
export interface Case {
  readonly inputs: readonly number[]
  /** The weighted sum of the inputs. */
  readonly sum: number
  /** The perceptron's decision: 1 for going, 0 for staying. */
  readonly step: 0 | 1
  /** The output of the sigmoid neuron. */
  readonly sigmoid: number
}

/** The eight cases, counted in binary. */
export const cases = Array.from({ length: 8 }, (_, i) => [(i >> 2) & 1, (i >> 1) & 1, i & 1])

/** A network of one neuron. Its numbers are float64. */
function neuron(inputs: number, activation: 'sigmoid' | 'identity' | 'step', parameters: readonly number[]): Network {
  return new Network(
    { inputs, layers: [dense(1, activation)] },
    { dtype: 'float64', backend: 'typescript', parameters },
  )
}

/** Computes what the perceptron and the sigmoid neuron make of each case. */
export function decide({ weights, threshold, sharpness }: Decision): Case[] {
  const perceptron = new Perceptron({ weights, threshold })
  const sums = neuron(3, 'identity', [...weights, 0]).feedforward(cases)
  const outputs = neuron(
    3,
    'sigmoid',
    [...weights, -threshold].map((value) => sharpness * value),
  ).feedforward(cases)
  return cases.map((inputs, i) => ({ inputs, sum: sums[i], step: perceptron.decide(inputs), sigmoid: outputs[i] }))
}

/** A curve of the outputs of both neurons over the weighted sum. */
export interface Curves {
  readonly sums: readonly number[]
  readonly sigmoid: ArrayLike<number>
  readonly step: ArrayLike<number>
}

/** Computes the outputs of a step neuron and of a sigmoid neuron for sums in a range. */
export function outputsOver([from, to]: Range, { threshold, sharpness }: Decision, count: number): Curves {
  const sums = Array.from({ length: count }, (_, i) => from + ((to - from) * i) / (count - 1))
  const rows = sums.map((sum) => [sum])
  return {
    sums,
    sigmoid: neuron(1, 'sigmoid', [sharpness, -sharpness * threshold]).feedforward(rows),
    step: neuron(1, 'step', [1, -threshold]).feedforward(rows),
  }
}

/** What the perceptron rule made of the answers that someone wants. */
export interface Lesson {
  readonly weights: readonly number[]
  readonly threshold: number
  /** Whether the learned weights give all answers. */
  readonly converged: boolean
  /** Whether any weights give all answers. */
  readonly separable: boolean | undefined
  readonly epochs: number
  readonly mistakes: number
  readonly wrong: number
}

/** Lets a perceptron learn an answer for each of the eight cases, from zero weights. */
export function learn(answers: readonly number[]): Lesson {
  const perceptron = new Perceptron({ inputs: 3 })
  const { converged, separable, epochs, mistakes, wrong } = perceptron.learn(cases, answers)
  const { weights, threshold } = perceptron
  return { weights: [...weights], threshold, converged, separable, epochs, mistakes, wrong }
}
