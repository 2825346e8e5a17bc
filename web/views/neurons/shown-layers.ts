import { type LayerParameters, layersOf } from '#src/drawing/layers'
import type { FloatArray } from '#src/index'
import type { Frame, Shape } from '#src/see/protocol'

/** Returns the layers whose weights are in a frame: all, or of a large network the first neurons of the first layer. */
export function shownLayers(shape: Shape, { parameters, neurons }: Frame): LayerParameters<FloatArray>[] {
  return layersOf(shape, parameters) ?? layersOf({ inputs: shape.inputs, layers: [neurons] }, parameters) ?? []
}

/** Returns a - b, or a where b is undefined or has another length. */
export function difference(a: FloatArray, b: FloatArray | undefined): FloatArray {
  return b?.length === a.length ? a.map((value, index) => value - b[index]) : a
}

/** What speaks for and against a neuron: the sums of the positive and of the negative products, and the bias. */
export interface Evidence {
  readonly products: FloatArray
  readonly positive: number
  readonly negative: number
  readonly bias: number
}

/** Returns the products of the weights of a neuron and its inputs, and their sums. */
export function evidenceOf(weights: FloatArray, inputs: ArrayLike<number>, bias: number): Evidence {
  const products = weights.map((weight, input) => weight * inputs[input])
  let [positive, negative] = [0, 0]
  for (const product of products) {
    if (product > 0) positive += product
    else negative += product
  }
  return { products, positive, negative, bias }
}
