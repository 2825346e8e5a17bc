/** Where the neurons of a layer are drawn, one below the other. */
export interface NeuronColumn {
  readonly neurons: readonly { readonly neuron: number; readonly y: number }[]
  /** The height of the ellipsis, which stands for the neurons that are not drawn. Undefined if all are. */
  readonly ellipsis: number | undefined
}

/**
 * Places the neurons of a layer in a column. A layer with more neurons than fit shows the first and the last ones, and
 * an ellipsis between them.
 * @param most The largest number of neurons and ellipses in the column, at least 3.
 * @param always A neuron that is drawn in any case. If it is not among the first and last, it takes the place of one.
 */
export function neuronColumn(neurons: number, most: number, height: number, always?: number): NeuronColumn {
  const fits = neurons <= most
  const shown = fits ? neurons : most - 1
  const top = fits ? shown : Math.ceil(shown / 2)
  const numbers = Array.from({ length: shown }, (_, place) => (place < top ? place : neurons - shown + place))
  if (always !== undefined && always >= 0 && always < neurons && !numbers.includes(always)) numbers[top - 1] = always
  const places = fits ? shown : most
  const yOf = (place: number) => ((place + 0.5) / places) * height
  return {
    neurons: numbers.map((neuron, place) => ({ neuron, y: yOf(place < top ? place : place + (fits ? 0 : 1)) })),
    ellipsis: fits ? undefined : yOf(top),
  }
}
