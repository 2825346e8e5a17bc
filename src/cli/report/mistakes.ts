import type { Dataset, Network } from '../../index.js'

/** A row that the network answered wrong. */
export interface Mistake {
  readonly row: number
  readonly label: number
  readonly answer: number
  /** The activation of the output that gave the answer. If a single output says no, 1 minus its activation. */
  readonly sureness: number
}

/** So many rows are answered at a time, so that the outputs of a large dataset need little memory. */
const chunkRows = 16_384

/** Returns the surest wrong answers on a dataset with labels, the surest first. */
export async function worstMistakes(network: Network, dataset: Dataset, most: number): Promise<Mistake[]> {
  let worst: Mistake[] = []
  for (let from = 0; from < dataset.rows; from += chunkRows) {
    const chunk = dataset.slice(from, Math.min(from + chunkRows, dataset.rows))
    const { labels } = chunk
    if (!labels) return []
    const [outputs, classes] = [await network.predict(chunk), await network.classify(chunk)]
    const width = outputs.length / chunk.rows
    for (const [row, answer] of classes.entries()) {
      if (answer === labels[row]) continue
      const output = outputs[row * width + (width > 1 ? answer : 0)]
      const sureness = width === 1 && answer === 0 ? 1 - output : output
      worst.push({ row: from + row, label: labels[row], answer, sureness })
    }
    worst = worst.sort((a, b) => b.sureness - a.sureness).slice(0, most)
  }
  return worst
}
