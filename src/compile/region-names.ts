import type { ProgramBuilder } from '../program/build.js'

/** The names of the scalars: regions of memory that must be set before a compiled program runs. */
export const scalarNames = [
  'one',
  'ones',
  'inputScale',
  'inputMeans',
  'inputFactors',
  'learningRate',
  'l1',
  'l2',
  'dropoutKey',
  /** If the mean cost of a batch is above this limit, the training counts as diverged. */
  'costLimit',
  /**
   * `share`, `l1Share` and `l2Share` are used only if the gradients of several batches are added up. `share` is 1
   * divided by the number of rows in all batches. `l1Share` and `l2Share` are `l1` and `l2`, divided by the number of
   * batches.
   */
  'share',
  'l1Share',
  'l2Share',
] as const
export type ScalarName = (typeof scalarNames)[number]

/**
 * The names of the regions that contain the results of a compiled program:
 * - `cost`: the cost, summed over all rows.
 * - `costBefore`: the cost, summed over all rows before the last batch.
 * - `bad`: 0 if the cost of every batch is finite and within `costLimit`. Otherwise 1 plus the index of the row at
 *   which the batch that failed this check begins.
 * - `stop`: the number of ranks that voted to end the run after the last batch.
 * - `gradient`: the gradient. If the gradients of several batches are added up, this region must be set to zero before
 *   the first batch.
 */
export type ResultName = 'cost' | 'costBefore' | 'bad' | 'gradient' | 'stop'

/**
 * The names of the regions with which ranks train together:
 * - `summed`: what the ranks sum in each batch: the gradient, followed by the news of the batch (`news`). It is summed in
 *   one or several parts (`bucket1` and so on).
 * - `vote`: 1 if this rank wants to end the run, otherwise 0.
 */
type RankRegion = 'summed' | 'news' | `bucket${number}` | 'vote'

/**
 * The names of a layer's regions, such as `W1` in layer 1: weights (W), biases (b), gradients of weights (dW) and
 * biases (db), logits (z), outputs (a), errors (delta), and outputs after dropout (dropped).
 */
type LayerRegion = `${'W' | 'b' | 'dW' | 'db' | 'z' | 'a' | 'delta' | 'dropped'}${number}`

/** The names of the regions that hold the state of an optimizer. */
export type MemoryName = 'velocity' | 'squares' | 'mean' | 'square' | 'step' | 'previous' | 'sizes'

/**
 * The names of the regions of a scaling layer: its factors, their gradient, and the inputs times the factors. The errors
 * of the latter are `delta0`.
 */
type ScalingRegion = 'scaling' | 'dscaling' | 'scaled'

/** The names of the learning rates of groups of parameters. */
export type RateName = `rateOf${'Scaling' | 'Weights' | 'Biases'}`

/** The names of the regions in a network's compiled programs. */
export type RegionName =
  | ScalarName
  | ResultName
  | RankRegion
  | LayerRegion
  | MemoryName
  | RateName
  | ScalingRegion
  | 'parameters'
  | 'x'
  | 'y'
  | 'weights'

export type NetworkBuilder = ProgramBuilder<RegionName>
