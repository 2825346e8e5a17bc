import type { Experiment, Training } from './experiment.js'
import { highest, trainingExperiment } from './training.js'
import { vanishing } from './vanishing.js'

const deep: Training = {
  hidden: [30],
  cost: 'cross-entropy',
  initializer: 'scaled-normal',
  epochs: 30,
  learningRate: 0.1,
  lambda: 5,
  judgedBy: 'validation',
}

/** The accuracies in Nielsen's book, in percent, for networks with one to four hidden layers. */
const accuracies = [96.48, 96.9, 96.57, 96.53]
const words = ['one hidden layer', 'two hidden layers', 'three hidden layers', 'four hidden layers']

export const chapter5: readonly Experiment[] = [
  ...accuracies.map((book, i) =>
    trainingExperiment({ name: `deep-${i + 1}`, chapter: 5, shows: `${words[i]} of 30 neurons, rate 0.1, lambda 5` }, [
      { ...deep, hidden: Array.from({ length: i + 1 }, () => 30) },
      highest(book),
    ]),
  ),
  vanishing,
]
