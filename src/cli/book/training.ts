import { augment, type Description, dense, type Epoch, Network, type TrainOptions } from '../../index.js'
import type { Experiment, Figure, Laboratory, Pictures, Training } from './experiment.js'

const batchSize = 10
const digits = 10

/** Returns the description of a network for pictures with `inputs` pixels. */
export function descriptionOf({ hidden, cost, initializer }: Training, inputs: number): Description {
  return { inputs, layers: [...hidden, digits].map((outputs) => dense(outputs)), cost, initializer }
}

/** Converts the settings of a training to the options of the library. `rows` is the number of training pictures. */
export function optionsOf(training: Training, rows: number): TrainOptions {
  const { epochs, learningRate, lambda = 0, judgesTraining, schedule, earlyStopping } = training
  return {
    epochs,
    batchSize,
    learningRate,
    // The penalty is lambda / (2 * rows) * sum(w^2) in Nielsen's book, and l2 / 2 * sum(w^2) in the library.
    l2: lambda / rows,
    ...(judgesTraining && { trainingMetrics: ['accuracy'] }),
    ...(schedule && { schedule }),
    ...(earlyStopping && { earlyStopping }),
  }
}

/** Trains a new network. Resolves to the results of all epochs. */
export async function learn(training: Training, laboratory: Laboratory): Promise<Epoch[]> {
  const { machine, seed, signal, progress } = laboratory
  const pictures = await laboratory.pictures()
  const { learned, judged } = dividePictures(training, pictures)
  const rows = learned.slice(0, Math.min(training.first ?? Infinity, learned.rows))
  const network = new Network(descriptionOf(training, rows.width), { ...machine, seed })
  const epochs = Math.min(training.epochs, laboratory.epochs ?? Infinity)
  const { shift, rotation } = training
  const isAugmented = shift !== undefined || rotation !== undefined
  const augmentation = isAugmented ? augment(rows, { shift: shift ?? 0, rotation: rotation ?? 0, seed }) : undefined
  try {
    return await network.fit(rows, {
      ...optionsOf(training, rows.rows),
      epochs,
      validation: judged,
      ...(augmentation && { augmentation }),
      ...(signal && { signal }),
      ...(progress && { onProgress: (state) => progress(state, epochs) }),
    })
  } finally {
    augmentation?.close()
  }
}

function dividePictures({ judgedBy }: Training, { training, halves, ...others }: Pictures) {
  return judgedBy === 'second half'
    ? { learned: halves[0], judged: halves[1] }
    : { learned: training, judged: others[judgedBy] }
}

/** A number that is computed from the results of all epochs of a training, such as the highest accuracy. */
export interface Reading extends Figure {
  readonly of: (history: readonly Epoch[]) => number
}

const percentOf = (share: number | undefined): number => 100 * (share ?? 0)

/** The accuracy of the best epoch. Most accuracies in Nielsen's book are of this kind. */
export function highest(book?: number, name = 'highest accuracy'): Reading {
  return accuracy(name, book, (history) => Math.max(...history.map((epoch) => percentOf(epoch.accuracy))))
}

/** The accuracy after the first epoch. */
export function afterFirst(book?: number, name = 'accuracy after epoch 1'): Reading {
  return accuracy(name, book, ([first]) => percentOf(first.accuracy))
}

/** The accuracy after the last epoch. */
export function atEnd(book?: number): Reading {
  return accuracy('accuracy at the end', book, (history) => percentOf(history[history.length - 1].accuracy))
}

/** The accuracy on the training pictures after the last epoch. */
export function learnedAtEnd(book?: number): Reading {
  return accuracy('accuracy at the end on the pictures learned from', book, (history) =>
    percentOf(history[history.length - 1].training?.accuracy),
  )
}

/** The number of epochs until the training ended. */
export const epochsDone: Reading = { name: 'epochs until it ended', unit: 'epochs', of: ({ length }) => length }

function accuracy(name: string, book: number | undefined, of: Reading['of']): Reading {
  return { name, unit: 'percent', ...(book !== undefined && { book }), of }
}

type About = Pick<Experiment, 'name' | 'chapter' | 'shows'>

/**
 * Creates an experiment that trains one or more networks. From the results of their epochs, it computes numbers such as
 * the highest accuracy.
 */
export function trainingExperiment(about: About, ...runs: readonly (readonly [Training, ...Reading[]])[]): Experiment {
  return {
    ...about,
    figures: runs.flatMap(([{ judgedBy }, ...readings]) =>
      readings.map(({ name, unit, book }) => ({
        name: unit === 'percent' && name !== learnedAtEnd().name ? `${name}, ${judgedBy}` : name,
        unit,
        ...(book !== undefined && { book }),
      })),
    ),
    needs: { pictures: true, seed: true },
    trainings: runs.map(([training]) => training),
    async run(laboratory) {
      const values: number[] = []
      for (const [training, ...readings] of runs) {
        const history = await learn(training, laboratory)
        values.push(...readings.map(({ of }) => of(history)))
      }
      return values
    },
  }
}
