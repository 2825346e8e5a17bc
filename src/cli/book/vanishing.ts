import { dense, Network } from '../../index.js'
import type { Experiment, Laboratory } from './experiment.js'

/**
 * The lengths of the bias gradients in Nielsen's book, for two, three and four hidden layers of 30 neurons. Each row
 * goes from the first hidden layer to the last.
 */
const lengths = [
  [0.07, 0.31],
  [0.012, 0.06, 0.283],
  [0.003, 0.017, 0.07, 0.285],
]
const neurons = 30
const digits = 10
/** The number of pictures over which the gradient is averaged, starting with the first picture. */
const rows = 1000

/** Measures the length of the bias gradient of each hidden layer before the training. */
async function startingLengths(hidden: number, { machine, seed, pictures }: Laboratory): Promise<number[]> {
  const { training } = await pictures()
  const first = training.slice(0, Math.min(rows, training.rows))
  const layers = [...Array.from({ length: hidden }, () => neurons), digits].map((outputs) => dense(outputs))
  const description = { inputs: first.width, layers, cost: 'cross-entropy', initializer: 'scaled-normal' } as const
  const network = new Network(description, { ...machine, seed })
  const answers = new Float32Array(first.rows * digits)
  first.labels?.forEach((label, row) => {
    answers[row * digits + label] = 1
  })
  const { biases } = network.gradients(first.inputs, answers)
  return biases.slice(0, hidden).map((gradient) => Math.hypot(...gradient))
}

/** The experiment for chapter 5 of Nielsen's book. It shows that the first layers have the shortest gradients. */
export const vanishing: Experiment = {
  name: 'vanishing',
  chapter: 5,
  shows: 'the length of the gradient of the biases by layer, at the start: it vanishes toward the inputs',
  figures: lengths.flatMap((layers) =>
    layers.map((book, i) => ({
      name: `${layers.length} hidden layers: layer ${i + 1}`,
      unit: 'number' as const,
      book,
    })),
  ),
  needs: { pictures: true, seed: true },
  trainings: [],
  async run(laboratory) {
    const values: number[] = []
    for (const { length } of lengths) values.push(...(await startingLengths(length, laboratory)))
    return values
  },
}
