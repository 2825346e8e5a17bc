import { Dataset } from 'descent-nn'
import { createRandom } from '#src/base/random'

const width = 784

/**
 * Creates a dataset of labeled pictures. Each picture has 784 bytes, with noise and a bright band whose position marks
 * the class. The noise repeats, so that generating it takes little time.
 */
export function createPictures(rows: number): Dataset {
  const data = Dataset.allocate({ rows, width, labels: true })
  const { inputs, labels } = data
  const random = createRandom(1, 'pictures')
  const noise = Uint8Array.from({ length: 64 * width + 997 }, () => random.integer(256) >> 2)
  for (let row = 0; row < rows; row++) {
    const start = row * width
    const label = random.integer(10)
    inputs.set(noise.subarray(row % 997, (row % 997) + width), start)
    inputs.fill(220, start + label * 78, start + label * 78 + 40)
    if (labels) labels[row] = label
  }
  return data
}
