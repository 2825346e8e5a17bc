import { element, type Markup, round, shorten } from './markup.js'
import { neuronColumn } from './neuron-column.js'
import { drawing, text } from './svg.js'
import { largest } from './weight-picture.js'

/** A network as far as a diagram needs it. A `Network` of the library has these members. */
export interface DrawnNetwork {
  readonly layers: readonly DrawnLayer[]
  readonly inputNames?: readonly string[] | undefined
  readonly labelNames?: readonly string[] | undefined
}

export interface DrawnLayer {
  readonly inputs: number
  readonly outputs: number
  readonly activation: string
  /** Outputs x inputs, row-major. */
  readonly weights: ArrayLike<number>
  readonly biases: ArrayLike<number>
}

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
  /** The largest number of neurons in a column, or of neurons and an ellipsis. Default 17. */
  readonly most?: number
}

const largestRadius = 12
const defaultMost = 17

/**
 * Places the neurons of a network of any size. `sizes` has the number of inputs and the number of neurons of each layer.
 * A layer with more neurons than fit shows its first and its last ones, with an ellipsis between them.
 */
export function layoutNetwork(
  sizes: readonly number[],
  { left, right, top, bottom, most = defaultMost }: DiagramSpace,
): DiagramLayout {
  const places = sizes.map((size) => Math.min(size, most))
  // All layers have the same distances between their neurons.
  const pitch = (bottom - top) / Math.max(...places)
  const radius = Math.min(largestRadius, 0.36 * pitch)
  const layers = sizes.map((size, layer): PlacedLayer => {
    const x = left + ((right - left) * layer) / (sizes.length - 1)
    const height = places[layer] * pitch
    const start = (top + bottom - height) / 2
    const { neurons, ellipsis } = neuronColumn(size, most, height)
    return {
      size,
      x,
      neurons: neurons.map(({ neuron, y }) => ({ index: neuron, x, y: start + y })),
      ellipsis: ellipsis === undefined ? undefined : start + ellipsis,
    }
  })
  return { layers, radius }
}

/** Weights are drawn in this many strengths, so that a diagram has few elements. */
const strengths = 8

const width = 860
const margin = { top: 20, bottom: 56 }
const nameLength = 18

/**
 * Draws a network with its real weights: the stronger a weight, the thicker and the more opaque its line, and the color of
 * the line is that of its sign. Each layer has a scale of its own. The color inside a neuron is its bias. Layers of any
 * size fit: of large ones only the first and the last neurons are shown.
 */
export function networkDiagram(network: DrawnNetwork, title = 'The network with its weights'): Markup {
  const { size, content } = diagramParts(network)
  return drawing(size, title, ...content)
}

/** Returns the size of a diagram, and its content, for a file or an element. */
export function diagramParts({ layers, inputNames, labelNames }: DrawnNetwork): {
  readonly size: { readonly width: number; readonly height: number }
  readonly content: readonly Markup[]
} {
  const sizes = [layers[0].inputs, ...layers.map(({ outputs }) => outputs)]
  const rows = Math.min(defaultMost, Math.max(...sizes))
  const height = margin.top + Math.max(120, 26 * rows) + margin.bottom
  const names = [inputNames, labelNames].map((list) => (list ? 34 + 6.8 * Math.min(nameLength, longest(list)) : 70))
  const space = {
    left: names[0],
    right: width - names[1],
    top: margin.top,
    bottom: height - margin.bottom,
  }
  const { layers: placed, radius } = layoutNetwork(sizes, space)
  const captions = placed.map(({ x, size }, i) => {
    const kind = i === 0 ? (size === 1 ? 'input' : 'inputs') : layers[i - 1].activation
    return text(x, height - 32, `${size.toLocaleString('en-US')} ${kind}`, 'middle strong')
  })
  const legend = text(
    width / 2,
    height - 10,
    'Lines are weights, and the colors in circles are biases: blue positive, orange negative, strong if large for the layer.',
    'middle faint',
  )
  const content = [
    ...layers.map((layer, i) => connections(layer, placed[i], placed[i + 1])),
    ...placed.map((one, i) => neuronsOf(one, radius, i === 0 ? undefined : layers[i - 1].biases)),
    ...namesBeside(placed[0], inputNames, -radius - 6, 'end'),
    ...namesBeside(placed[placed.length - 1], classesOf(labelNames, sizes), radius + 6, 'start'),
    ...captions,
    legend,
  ]
  return { size: { width, height }, content }
}

/** A single output stands for two classes, of which the second is its answer from 0.5 up. */
function classesOf(names: readonly string[] | undefined, sizes: readonly number[]): readonly string[] | undefined {
  return sizes[sizes.length - 1] === 1 && names?.length === 2 ? [names[1]] : names
}

const longest = (names: readonly string[]): number => Math.max(...names.map(({ length }) => length))

/** Draws the weights between the neurons that are shown, the strongest on top. */
function connections({ weights, inputs }: DrawnLayer, from: PlacedLayer, to: PlacedLayer): Markup {
  const limit = largest(weights)
  const paths = new Map<string, string[]>()
  for (const end of to.neurons) {
    for (const start of from.neurons) {
      const weight = weights[end.index * inputs + start.index]
      const strength = limit > 0 ? Math.round((strengths * Math.abs(weight)) / limit) : 0
      // A weight of less than half a strength would be invisible.
      if (!(strength > 0)) continue
      const key = `${strength} ${weight < 0 ? 'negative' : 'positive'}`
      const line = `M${round(start.x)} ${round(start.y)}L${round(end.x)} ${round(end.y)}`
      paths.set(key, [...(paths.get(key) ?? []), line])
    }
  }
  const drawn = [...paths].toSorted(([a], [b]) => a.localeCompare(b))
  return element(
    'g',
    {},
    ...drawn.map(([key, lines]) => {
      const [strength, sign] = key.split(' ')
      const share = Number(strength) / strengths
      return element('path', {
        class: sign,
        'stroke-width': 0.4 + 2.6 * share,
        'stroke-opacity': 0.12 + 0.78 * share,
        d: lines.join(''),
      })
    }),
  )
}

/** Draws the neurons of a layer. Inputs have no biases. */
function neuronsOf(
  { x, neurons, ellipsis }: PlacedLayer,
  radius: number,
  biases: ArrayLike<number> | undefined,
): Markup {
  const limit = biases ? largest(biases) : 0
  const dots = ellipsis === undefined ? [] : [-1, 0, 1].map((i) => ellipsis + i * Math.max(3, radius / 1.6))
  return element(
    'g',
    {},
    ...neurons.map(({ index, y }) => circle(x, y, radius, biases?.[index], limit)),
    ...dots.map((y) => element('circle', { class: 'dot', cx: x, cy: y, r: 1.5 })),
  )
}

function circle(x: number, y: number, r: number, bias: number | undefined, limit: number): Markup {
  const outline = element('circle', { class: 'neuron', cx: x, cy: y, r })
  if (bias === undefined || !(limit > 0)) return outline
  const area = element('circle', {
    class: bias < 0 ? 'negative-area' : 'positive-area',
    'fill-opacity': Math.abs(bias) / limit,
    cx: x,
    cy: y,
    r: r - 0.5,
  })
  return element('g', {}, outline, area)
}

function namesBeside(
  { neurons }: PlacedLayer,
  names: readonly string[] | undefined,
  dx: number,
  anchor: 'start' | 'end',
): Markup[] {
  if (!names) return []
  return neurons.map(({ index, x, y }) => text(x + dx, y + 4, shorten(names[index], nameLength), `${anchor} outlined`))
}
