import type { Dataset } from '../../index.js'
import type { Experiment } from './experiment.js'

const digits = 10

/** Returns the sum of the pixels of each picture. */
function darknessOf({ inputs, width, rows }: Dataset): Float64Array {
  const sums = new Float64Array(rows)
  for (let row = 0; row < rows; row++) {
    for (let i = row * width; i < (row + 1) * width; i++) sums[row] += inputs[i]
  }
  return sums
}

/** Returns the mean of the values for each label. The mean of a label without rows is NaN. */
function meansByLabel(values: Float64Array, labels: ArrayLike<number>): Float64Array {
  const sums = new Float64Array(digits)
  const rows = new Float64Array(digits)
  values.forEach((value, row) => {
    sums[labels[row]] += value
    rows[labels[row]]++
  })
  return sums.map((sum, label) => sum / rows[label])
}

/** Returns the label whose mean is nearest to the value. */
function nearest(value: number, means: Float64Array): number {
  const distances = Array.from(means, (mean) => (Number.isNaN(mean) ? Infinity : Math.abs(value - mean)))
  return distances.indexOf(Math.min(...distances))
}

/**
 * The naive classifier in chapter 1 of Nielsen's book. It chooses the digit whose average darkness is nearest to the
 * darkness of the picture.
 */
export const darkness: Experiment = {
  name: 'darkness',
  chapter: 1,
  shows: 'no network at all: the digit that is on average as dark as the picture',
  figures: [{ name: 'accuracy, test', unit: 'percent', book: 22.25 }],
  needs: { pictures: true, seed: false },
  trainings: [],
  async run({ pictures }) {
    const { training, test } = await pictures()
    const means = meansByLabel(darknessOf(training), training.labels ?? [])
    let right = 0
    darknessOf(test).forEach((value, row) => {
      if (nearest(value, means) === test.labels?.[row]) right++
    })
    return [(100 * right) / test.rows]
  },
}
