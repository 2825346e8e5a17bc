import type { ProgramBuilder } from '../program/build.js'

/** Regions that are set before a program runs: by the job, by the engine, or to a default value. */
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
  /** The limit of a batch's mean cost. */
  'costLimit',
  /** For an accumulated gradient: 1 / the rows of the run, and the penalties / its passes. */
  'share',
  'l1Share',
  'l2Share',
] as const
export type ScalarName = (typeof scalarNames)[number]

/**
 * Regions that can be read after a run: the summed cost, the summed cost before the last batch, the row (from 1) where the cost was
 * not finite or above its limit, the confusion matrix, and the gradient. An accumulated gradient has the same offset for any number
 * of rows, and must be zero before the first pass.
 */
export type ResultName = 'cost' | 'costBefore' | 'bad' | 'confusion' | 'gradient'

/** The parts of a layer, counted from 1: weights, biases and their gradients, logits, outputs, errors, inputs after dropout. */
type LayerRegion = `${'W' | 'b' | 'dW' | 'db' | 'z' | 'a' | 'delta' | 'dropped'}${number}`

/** The state of an optimizer. */
export type MemoryName = 'velocity' | 'squares' | 'mean' | 'square' | 'step' | 'previous' | 'sizes'

/** The regions of a network's programs. */
export type RegionName = ScalarName | ResultName | LayerRegion | MemoryName | 'parameters' | 'x' | 'y' | 'weights'

export type NetworkBuilder = ProgramBuilder<RegionName>
