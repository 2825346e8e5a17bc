/** The weights and the biases of a layer. */
export interface LayerParameters<Numbers> {
  readonly inputs: number
  readonly outputs: number
  /** Outputs x inputs, row-major. */
  readonly weights: Numbers
  readonly biases: Numbers
}

/**
 * Returns the parameters of each layer as parts of an array that holds W1, b1, W2, b2, ..., as `network.parameters`
 * does. Returns undefined if the array does not have as many numbers as the layers need.
 */
export function layersOf<Numbers extends Float32Array | Float64Array>(
  { inputs, layers }: { readonly inputs: number; readonly layers: readonly number[] },
  parameters: Numbers,
): LayerParameters<Numbers>[] | undefined {
  let at = 0
  let width = inputs
  const part = (length: number): Numbers => {
    at += length
    return parameters.subarray(at - length, at) as Numbers
  }
  const result = layers.map((outputs) => {
    const layer = { inputs: width, outputs, weights: part(width * outputs), biases: part(outputs) }
    width = outputs
    return layer
  })
  return at === parameters.length ? result : undefined
}

/** Returns the weights of a neuron of a layer. */
export function weightsOf<Numbers extends Float32Array | Float64Array>(
  { inputs, weights }: LayerParameters<Numbers>,
  neuron: number,
): Numbers {
  return weights.subarray(neuron * inputs, (neuron + 1) * inputs) as Numbers
}

/**
 * Returns the places of the `count` numbers with the largest absolute values, the largest first. Zeros are left out.
 * `count` is at least 1.
 */
export function strongest(values: ArrayLike<number>, count: number): number[] {
  const found: number[] = []
  /** The least of the numbers that are found, once there are enough. */
  let least = 0
  for (let i = 0; i < values.length; i++) {
    const size = Math.abs(values[i])
    // Most numbers end here.
    if (!(size > least)) continue
    if (found.length === count) found.pop()
    let place = found.length
    while (place > 0 && Math.abs(values[found[place - 1]]) < size) place--
    found.splice(place, 0, i)
    if (found.length === count) least = Math.abs(values[found[count - 1]])
  }
  return found
}
