/** A neuron, or an input, that a diagram shows. */
export interface PlacedNeuron {
  /** The number of the neuron in its layer. */
  readonly index: number
  readonly x: number
  readonly y: number
}

/** The neurons of a layer, or the inputs, from top to bottom. */
export interface PlacedLayer {
  /** The number of neurons in the layer, also of those that are not shown. */
  readonly size: number
  readonly x: number
  readonly neurons: readonly PlacedNeuron[]
  /** Where the ellipsis is that stands for the neurons between the first and the last. Undefined if all are shown. */
  readonly ellipsis: number | undefined
}

export interface DiagramLayout {
  readonly layers: readonly PlacedLayer[]
  /** The radius of a neuron. */
  readonly radius: number
}

export interface DiagramSpace {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
  /** The largest number of neurons of a layer that are shown. Of larger layers the first and the last are. Default 16. */
  readonly most?: number
}

const largestRadius = 12

/**
 * Places the neurons of a network of any size. `sizes` has the number of inputs and the number of neurons of each layer.
 * A layer with more neurons than fit shows its first and its last ones, with an ellipsis between them.
 */
export function layoutNetwork(
  sizes: readonly number[],
  { left, right, top, bottom, most = 16 }: DiagramSpace,
): DiagramLayout {
  const rows = Math.max(...sizes.map((size) => (size > most ? most + 1 : size)))
  const pitch = (bottom - top) / rows
  const radius = Math.min(largestRadius, 0.36 * pitch)
  const middle = (top + bottom) / 2
  const layers = sizes.map((size, layer): PlacedLayer => {
    const x = left + ((right - left) * layer) / (sizes.length - 1)
    const isCut = size > most
    // The ellipsis takes the place of one neuron.
    const places = isCut ? most + 1 : size
    const before = isCut ? Math.ceil(most / 2) : size
    const yOf = (place: number): number => middle + (place - (places - 1) / 2) * pitch
    const neurons = Array.from({ length: isCut ? most : size }, (_, i) =>
      i < before ? { index: i, x, y: yOf(i) } : { index: size - most + i, x, y: yOf(i + 1) },
    )
    return { size, x, neurons, ellipsis: isCut ? yOf(before) : undefined }
  })
  return { layers, radius }
}
