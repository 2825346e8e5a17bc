import { source } from './chapter-1.js'
import type { Experiment, Training } from './experiment.js'
import { saturation } from './saturation.js'
import { afterFirst, atEnd, epochsDone, highest, learnedAtEnd, trainingExperiment } from './training.js'

const crossEntropy: Training = {
  hidden: [30],
  cost: 'cross-entropy',
  initializer: 'normal',
  epochs: 30,
  learningRate: 0.5,
  judgedBy: 'test',
}
const few: Training = { ...crossEntropy, first: 1000, epochs: 400, judgesTraining: true }
const regularized: Training = { ...crossEntropy, lambda: 5 }
const large: Training = { ...regularized, hidden: [100], judgedBy: 'validation' }
/** The settings that Nielsen's book uses in the section "Weight initialization" and after it. */
const started: Training = { ...regularized, initializer: 'scaled-normal', judgedBy: 'validation' }
/** The network of the experiment half-15, with what chapter 3 teaches. */
const half: Training = {
  ...crossEntropy,
  hidden: [15],
  initializer: 'scaled-normal',
  epochs: 150,
  lambda: 2,
  schedule: 'cosine',
  judgedBy: 'second half',
}
/** Nielsen's book uses a smaller learning rate to compare initializers. */
const slower: Training = { ...started, learningRate: 0.1 }

export const chapter3: readonly Experiment[] = [
  saturation,
  trainingExperiment(
    { name: 'cross-entropy-30', chapter: 3, shows: 'the cross-entropy cost, 30 hidden neurons, rate 0.5' },
    [crossEntropy, highest(95.49)],
  ),
  trainingExperiment({ name: 'cross-entropy-100', chapter: 3, shows: 'the same with 100 hidden neurons' }, [
    { ...crossEntropy, hidden: [100] },
    highest(96.82),
  ]),
  trainingExperiment({ name: 'overfitting', chapter: 3, shows: '1,000 pictures for 400 epochs: learned by heart' }, [
    few,
    highest(82.27),
    learnedAtEnd(100),
  ]),
  trainingExperiment({ name: 'regularized-1000', chapter: 3, shows: 'the same with lambda 0.1' }, [
    { ...few, lambda: 0.1 },
    highest(87.1),
    learnedAtEnd(),
  ]),
  trainingExperiment({ name: 'regularized-30', chapter: 3, shows: 'all pictures, 30 hidden neurons, lambda 5' }, [
    regularized,
    highest(96.49),
  ]),
  trainingExperiment({ name: 'regularized-100', chapter: 3, shows: '100 hidden neurons, lambda 5' }, [
    large,
    highest(97.92),
  ]),
  trainingExperiment({ name: 'regularized-long', chapter: 3, shows: 'the same at rate 0.1 for 60 epochs' }, [
    { ...large, learningRate: 0.1, epochs: 60 },
    highest(98.04),
  ]),
  trainingExperiment(
    {
      name: 'weight-start',
      chapter: 3,
      shows: 'weights that start at N(0, 1), and at N(0, 1/inputs), rate 0.1, lambda 5',
    },
    [
      { ...slower, initializer: 'normal' },
      afterFirst(87, 'normal start: accuracy after epoch 1'),
      highest(96, 'normal start: highest accuracy'),
    ],
    [slower, afterFirst(93, 'scaled start: accuracy after epoch 1'), highest(96, 'scaled start: highest accuracy')],
  ),
  trainingExperiment(
    {
      name: 'expanded',
      chapter: 3,
      shows:
        "pictures shifted by up to a pixel, 100 hidden neurons, rate 0.1; the book's figure is chapter 6's without shifts",
    },
    [{ ...slower, hidden: [100], epochs: 60, shift: 1, judgedBy: 'test' }, highest(97.8)],
  ),
  trainingExperiment(
    { name: 'early-stopping', chapter: 3, shows: 'exercise: training stops after ten epochs without improvement' },
    [{ ...started, epochs: 200, earlyStopping: { patience: 10 } }, highest(), epochsDone],
  ),
  trainingExperiment(
    {
      name: 'halving',
      chapter: 3,
      shows: 'problem: ten epochs without improvement halve the rate, until it is below 1/128 of what it was',
    },
    [{ ...started, epochs: 400, schedule: 'plateau' }, highest(), atEnd(), epochsDone],
  ),
  trainingExperiment(
    {
      name: 'half-15-cross-entropy',
      chapter: 3,
      shows: `half-15 with the cross-entropy, weights from N(0, 1/inputs), a cosine schedule from 0.5, and lambda 2; ${source}`,
    },
    [half, highest(95)],
  ),
  trainingExperiment(
    {
      name: 'half-15-moved',
      chapter: 3,
      shows: `the same with pictures shifted by up to 0.7 pixels and rotated by up to 4 degrees; ${source}`,
    },
    [{ ...half, shift: 0.7, rotation: 4 }, highest(95)],
  ),
]
