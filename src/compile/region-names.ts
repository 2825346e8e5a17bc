import type { ProgramBuilder } from '../program/build.js'

/**
 * The names of regions that are set before a program runs. The job or the engine sets a value, or the default is used.
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
  /** The maximum mean cost of a batch. */
  'costLimit',
  /**
   * Used only for an accumulated gradient: 1 / the number of rows of the run, and the penalties / the number of passes.
   */
  'share',
  'l1Share',
  'l2Share',
] as const
export type ScalarName = (typeof scalarNames)[number]

/**
 * The names of regions that can be read after a run: the summed cost, the summed cost before the last batch, the first
 * row (from 1) at which the cost was not finite or above its limit, the confusion matrix, and the gradient. An
 * accumulated gradient has the same offset for any number of rows. It must be set to zero before the first pass.
 */
export type ResultName = 'cost' | 'costBefore' | 'bad' | 'confusion' | 'gradient'

/**
 * The regions of a layer, with the number of the layer from 1: weights, biases and their gradients, logits, outputs,
 * errors, and inputs after dropout.
 */
type LayerRegion = `${'W' | 'b' | 'dW' | 'db' | 'z' | 'a' | 'delta' | 'dropped'}${number}`

/** The names of the regions that hold the state of an optimizer. */
export type MemoryName = 'velocity' | 'squares' | 'mean' | 'square' | 'step' | 'previous' | 'sizes'

/** The regions of a network's programs. */
export type RegionName = ScalarName | ResultName | LayerRegion | MemoryName | 'parameters' | 'x' | 'y' | 'weights'

export type NetworkBuilder = ProgramBuilder<RegionName>
