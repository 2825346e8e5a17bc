import { Network } from '../../index.js'
import type { Experiment } from './experiment.js'

const digits = 10
const width = 4
/**
 * The inputs of the experiment's network are the outputs of a digit classifier. Nielsen's book assumes that the output
 * for the right digit is at least 0.99, and that all other outputs are at most 0.01.
 */
const least = 0.99
const most = 0.01

const hasBit = (digit: number, bit: number): boolean => ((digit >> bit) & 1) === 1

/**
 * The parameters, chosen by hand. The weight from a digit to a bit is 10 if the digit has this bit set, and otherwise
 * 0. Every bias is -5. For a bit that is set in the right digit, the logit is at least 10 * 0.99 - 5 = 4.9. For any
 * other bit, the logit is at most 10 * 5 * 0.01 - 5 = -4.5, because no bit is set in more than five digits.
 */
const parameters = [
  ...Array.from({ length: width * digits }, (_, i) => (hasBit(i % digits, Math.floor(i / digits)) ? 10 : 0)),
  ...Array.from({ length: width }, () => -5),
]

/** Returns all 1,024 combinations of extreme inputs for a digit. Each input has its smallest or its largest value. */
function corners(digit: number): number[][] {
  return Array.from({ length: 2 ** digits }, (_, corner) =>
    Array.from({ length: digits }, (_, i) =>
      i === digit ? (hasBit(corner, i) ? 1 : least) : hasBit(corner, i) ? most : 0,
    ),
  )
}

/** An exercise from chapter 1 of Nielsen's book. A layer with weights chosen by hand converts a digit to binary. */
export const bits: Experiment = {
  name: 'bits',
  chapter: 1,
  shows: 'exercise: weights by hand for a layer that writes the digit in binary',
  figures: [
    { name: 'right bits, over all extremes that the old outputs may have', unit: 'percent', book: 100 },
    { name: 'largest distance of an output from its bit', unit: 'number' },
  ],
  needs: { pictures: false, seed: false },
  trainings: [],
  async run({ machine }) {
    const network = new Network([digits, width], { ...machine, dtype: 'float64', parameters })
    let right = 0
    let total = 0
    let farthest = 0
    for (let digit = 0; digit < digits; digit++) {
      const outputs = await network.predict(corners(digit))
      outputs.forEach((output, i) => {
        const distance = Math.abs(output - Number(hasBit(digit, i % width)))
        if (distance < 0.5) right++
        total++
        farthest = Math.max(farthest, distance)
      })
    }
    return [(100 * right) / total, farthest]
  },
}
