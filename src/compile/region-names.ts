import type { ProgramBuilder } from '../program/build.js'

/**
 * The names of regions that are set before a program runs. The value comes from the job or the engine, or it is a
 * default.
 */
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
  /** If the mean cost of a batch is above this limit, the run counts as diverged. */
  'costLimit',
  /**
   * The regions `share`, `l1Share` and `l2Share` are used only for a gradient that is added up over several passes.
   * `share` is 1 / the number of rows of the run, and the other two are the penalties / the number of passes.
   */
  'share',
  'l1Share',
  'l2Share',
] as const
export type ScalarName = (typeof scalarNames)[number]

/**
 * The names of regions that can be read after a run: the summed cost, the summed cost before the last batch, the row
 * (from 1) of the first batch whose cost was not finite or above its limit, the confusion matrix, and the gradient. A
 * gradient that is added up over several passes must be set to zero before the first pass. It has the same offset for
 * any number of rows, so that passes with different numbers of rows add to the same region.
 */
export type ResultName = 'cost' | 'costBefore' | 'bad' | 'confusion' | 'gradient'

/**
 * The names of a layer's regions, such as `W1` for the first layer. In this order they are the weights, the biases, the
 * gradients of weights and biases, the logits, the outputs, the errors, and the outputs after dropout.
 */
type LayerRegion = `${'W' | 'b' | 'dW' | 'db' | 'z' | 'a' | 'delta' | 'dropped'}${number}`

/** The names of the regions that hold the state of an optimizer. */
export type MemoryName = 'velocity' | 'squares' | 'mean' | 'square' | 'step' | 'previous' | 'sizes'

/** The names of the regions in a network's compiled programs. */
export type RegionName = ScalarName | ResultName | LayerRegion | MemoryName | 'parameters' | 'x' | 'y' | 'weights'

export type NetworkBuilder = ProgramBuilder<RegionName>
