import { readdirSync, readFileSync } from 'node:fs'
import type { Description } from '#src/index'

/** A small network that PyTorch computed in float64 (see test/fixtures/README.md). */
export interface Reference {
  readonly name: string
  readonly sizes: number[]
  readonly activations: string[]
  readonly cost: string
  readonly l1: number
  readonly l2: number
  readonly x: number[][]
  readonly y: number[][]
  readonly weights: number[][][]
  readonly biases: number[][]
  readonly layerOutputs: number[][][]
  readonly costValue: number
  readonly gradWeights: number[][][]
  readonly gradBiases: number[][]
  readonly optimizer?: { readonly name: string; readonly learningRate: number; readonly weightDecay: number }
  /** The parameters after each of five updates on the same batch. */
  readonly after?: { weights: number[][][]; biases: number[][] }[]
}

const folder = new URL('../fixtures/', import.meta.url)

export const references: Reference[] = readdirSync(folder)
  .filter((file) => file.endsWith('.json'))
  .map((file) => JSON.parse(readFileSync(new URL(file, folder), 'utf8')))

/** The numbers of all layers as a flat array: W1, b1, W2, b2, ... */
export function flatten(weights: number[][][], biases: number[][]): number[] {
  return weights.flatMap((matrix, layer) => [...matrix.flat(), ...biases[layer]])
}

export function descriptionOf({ sizes, activations, cost }: Reference): Description {
  const layers = activations.map((activation, index) => ({ kind: 'dense', outputs: sizes[index + 1], activation }))
  return { inputs: sizes[0], layers, cost } as Description
}
