import { backpropagation } from './backpropagation.js'
import { chapter1 } from './chapter-1.js'
import { chapter3 } from './chapter-3.js'
import { chapter5 } from './chapter-5.js'
import type { Experiment } from './experiment.js'

/** All experiments, in the order in which they appear in Nielsen's book. */
export const experiments: readonly Experiment[] = [...chapter1, backpropagation, ...chapter3, ...chapter5]
