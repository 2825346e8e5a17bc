import { quantileCount } from '../../drawing/movement.js'
import { type Dataset, Network } from '../../index.js'
import { createMovement } from '../../see/movement.js'
import { withShuffledLabels } from '../../see/settings.js'
import type { Experiment, Laboratory, Training } from './experiment.js'
import { descriptionOf, optionsOf } from './training.js'

/** The network of the experiment half-15. */
const training: Training = {
  hidden: [15],
  cost: 'quadratic',
  initializer: 'normal',
  epochs: 30,
  learningRate: 3,
  judgedBy: 'second half',
}
/** The epochs whose movement is shown. */
export const shownEpochs = [1, 2, 3, 5, 10, 20, 30] as const
export const labelings = ['right labels', 'shuffled labels'] as const

/** The place of the median among the quantiles of an epoch's movement. */
const median = Math.floor(quantileCount / 2)

/** Trains a new network. Resolves to the median movement of its parameters in each epoch. */
async function medians(rows: Dataset, { machine, seed, signal, progress, ...most }: Laboratory): Promise<number[]> {
  const epochs = Math.min(training.epochs, most.epochs ?? Infinity)
  const network = new Network(descriptionOf(training, rows.width), { ...machine, seed })
  const movement = createMovement()
  movement.beginEpoch(network.parameters)
  const run = network.train(rows, {
    ...optionsOf(training, rows.rows),
    epochs,
    ...(signal && { signal }),
    ...(progress && { onProgress: (state) => progress(state, epochs) }),
  })
  for await (const _ of run) {
    movement.endEpoch(network.parameters)
    movement.beginEpoch(network.parameters)
  }
  const { epochs: quantiles } = movement.answer
  return Array.from({ length: epochs }, (_, epoch) => quantiles[epoch * quantileCount + median])
}

/**
 * An experiment on how a network settles. While it learns from right labels, its parameters move less and less. If
 * the labels are shuffled, there is no pattern to find, and the movement grows again after the first epochs.
 */
export const settling: Experiment = {
  name: 'settling',
  chapter: 1,
  shows: 'how far the median parameter of half-15 moves in an epoch: less and less, but not with shuffled labels',
  figures: labelings.flatMap((labels) =>
    shownEpochs.map((epoch) => ({ name: `${labels}: median movement in epoch ${epoch}`, unit: 'number' as const })),
  ),
  needs: { pictures: true, seed: true },
  trainings: [training],
  async run(laboratory) {
    const [rows] = (await laboratory.pictures()).halves
    const right = await medians(rows, laboratory)
    const shuffled = await medians(withShuffledLabels(rows, laboratory.seed), laboratory)
    // A run that was shortened has not reached all epochs.
    return [right, shuffled].flatMap((moved) => shownEpochs.map((epoch) => moved[epoch - 1] ?? Number.NaN))
  },
}
