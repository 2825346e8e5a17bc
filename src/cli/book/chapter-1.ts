import { bits } from './bits.js'
import { darkness } from './darkness.js'
import type { Experiment, Training } from './experiment.js'
import { settling } from './settling.js'
import { atEnd, highest, trainingExperiment } from './training.js'

const first: Training = {
  hidden: [30],
  cost: 'quadratic',
  initializer: 'normal',
  epochs: 30,
  learningRate: 3,
  judgedBy: 'test',
}

/** Where the figure beside the experiments with halves comes from. */
export const source = "the figure is that of a lecture note, not the book's"

export const chapter1: readonly Experiment[] = [
  bits,
  darkness,
  trainingExperiment(
    { name: 'quadratic-30', chapter: 1, shows: 'the first network: 30 hidden neurons, quadratic cost, rate 3' },
    [first, highest(95.42)],
  ),
  trainingExperiment({ name: 'quadratic-100', chapter: 1, shows: 'the same with 100 hidden neurons' }, [
    { ...first, hidden: [100] },
    highest(96.59),
  ]),
  trainingExperiment({ name: 'low-rate', chapter: 1, shows: '100 hidden neurons at rate 0.001: too slow' }, [
    { ...first, hidden: [100], learningRate: 0.001 },
    atEnd(21.42),
  ]),
  trainingExperiment(
    { name: 'high-rate', chapter: 1, shows: '30 hidden neurons at rate 100: no better than guessing' },
    [{ ...first, learningRate: 100 }, atEnd(9.82)],
  ),
  trainingExperiment(
    {
      name: 'half-15',
      chapter: 1,
      shows: `15 hidden neurons learn 30,000 pictures and are tested on the other 30,000; ${source}`,
    },
    [{ ...first, hidden: [15], judgedBy: 'second half' }, highest(95)],
  ),
  settling,
]
