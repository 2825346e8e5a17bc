import { Dataset, dtypeOf, withInputs } from './dataset.js'

/**
 * Copies the listed columns of the inputs into a new dataset, in the order of the list, and gives them these names. The
 * new dataset shares the labels and the targets with the given one.
 */
export function selectColumns(dataset: Dataset, places: readonly number[], inputNames: readonly string[]): Dataset {
  const { inputs, rows, width } = dataset
  const count = places.length
  const { inputs: chosen } = Dataset.allocate({ rows, width: count, dtype: dtypeOf(inputs) })
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < count; i++) chosen[row * count + i] = inputs[row * width + places[i]]
  }
  return withInputs(dataset, { inputs: chosen, width: count, inputNames })
}
