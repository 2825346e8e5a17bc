import { type Color, colorOf, css, type Palette } from '#src/drawing/colors'
import { type LayerParameters, strongest, weightsOf } from '#src/drawing/layers'
import { layoutNetwork, type PlacedLayer } from '#src/drawing/network-diagram'
import { largest } from '#src/drawing/weight-picture'
import type { FloatArray } from '#src/index'
import type { Shape } from '#src/see/protocol'

export interface NetworkColors {
  readonly numbers: Palette
  readonly surface: Color
  readonly ink: Palette
  /** The colors of outlines and of words, in CSS. */
  readonly line: string
  readonly text: string
}

export interface LitNetwork {
  readonly shape: Shape
  readonly inputs: ArrayLike<number>
  /** The activations of each layer. */
  readonly activations: readonly ArrayLike<number>[]
  /** Undefined where the network is so large that frames have not all of its weights. */
  readonly parameters: readonly LayerParameters<FloatArray>[] | undefined
  /** The number of layers that are lit. The others are dark. */
  readonly lit: number
  readonly answer: number | undefined
}

/** The number of lines from the inputs to a neuron. */
const linesFromInputs = 8

/** Paints the inputs, the neurons as bright as their activations, and the lines that carry most. */
export function paintNetwork(
  context: CanvasRenderingContext2D,
  width: number,
  height: number,
  network: LitNetwork,
  colors: NetworkColors,
): void {
  const { shape, activations } = network
  const { picture } = shape
  context.clearRect(0, 0, width, height)
  const side = Math.min(0.34 * width, 0.62 * height, 190)
  const grid = picture
    ? { left: 4, top: (height - side) / 2, pixel: side / Math.max(picture.width, picture.height) }
    : undefined
  const most = Math.max(4, Math.min(20, Math.floor(height / 22)))
  const { layers, radius } = layoutNetwork([shape.inputs, ...shape.layers], {
    left: grid ? grid.left + side : 16,
    right: width - 34,
    top: 8,
    bottom: height - 8,
    most,
  })
  const placeOfInput = (input: number): { x: number; y: number } | undefined => {
    if (!grid || !picture) return layers[0].neurons.find(({ index }) => index === input)
    const [column, row] = [input % picture.width, Math.floor(input / picture.width)]
    return { x: grid.left + (column + 0.5) * grid.pixel, y: grid.top + (row + 0.5) * grid.pixel }
  }
  paintLines(context, network, layers, placeOfInput, colors)
  if (grid && picture) paintGrid(context, network.inputs, picture.width, grid, colors)
  else paintNeurons(context, layers[0], radius, network.inputs, largest(network.inputs), colors)
  activations.forEach((values, layer) => {
    const isLit = layer < network.lit
    const limit = Math.max(isBounded(shape.activations[layer]) ? 1 : 0, largest(values))
    paintNeurons(context, layers[layer + 1], radius, isLit ? values : [], limit, colors)
  })
  paintClasses(context, network, layers[layers.length - 1], radius, colors)
}

/** Whether activations are at most 1, so that a neuron of 1 is fully lit. */
function isBounded(activation: string): boolean {
  return ['sigmoid', 'softmax', 'tanh', 'step'].includes(activation)
}

function paintLines(
  context: CanvasRenderingContext2D,
  { shape, inputs, activations, parameters, lit }: LitNetwork,
  layers: readonly PlacedLayer[],
  placeOfInput: (input: number) => { x: number; y: number } | undefined,
  { numbers, surface }: NetworkColors,
): void {
  // An input without ink carries nothing.
  const inked: number[] = []
  for (let input = 0; input < inputs.length; input++) if (inputs[input] !== 0) inked.push(input)
  parameters?.forEach((layer, number) => {
    if (number >= lit) return
    const before = number === 0 ? inputs : activations[number - 1]
    const lines: { from: { x: number; y: number }; to: { x: number; y: number }; carried: number }[] = []
    for (const to of layers[number + 1].neurons) {
      const weights = weightsOf(layer, to.index)
      if (number === 0 && shape.picture) {
        const carried = inked.map((input) => weights[input] * before[input])
        for (const place of strongest(carried, linesFromInputs)) {
          const from = placeOfInput(inked[place])
          if (from) lines.push({ from, to, carried: carried[place] })
        }
      } else {
        for (const from of layers[number].neurons) {
          lines.push({ from, to, carried: weights[from.index] * before[from.index] })
        }
      }
    }
    const limit = lines.reduce((most, { carried }) => Math.max(most, Math.abs(carried)), 0)
    for (const { from, to, carried } of lines) {
      const share = limit > 0 ? Math.abs(carried) / limit : 0
      if (!(share > 0.06)) continue
      context.globalAlpha = 0.15 + 0.75 * share
      context.lineWidth = 0.5 + 1.8 * share
      context.strokeStyle = css(colorOf(carried, Math.abs(carried), numbers, surface))
      context.beginPath()
      context.moveTo(from.x, from.y)
      context.lineTo(to.x, to.y)
      context.stroke()
    }
    context.globalAlpha = 1
  })
}

function paintGrid(
  context: CanvasRenderingContext2D,
  inputs: ArrayLike<number>,
  columns: number,
  { left, top, pixel }: { left: number; top: number; pixel: number },
  { ink, surface, line }: NetworkColors,
): void {
  const rows = inputs.length / columns
  context.fillStyle = css(surface)
  context.fillRect(left, top, columns * pixel, rows * pixel)
  for (let i = 0; i < inputs.length; i++) {
    if (inputs[i] === 0) continue
    context.fillStyle = css(colorOf(inputs[i], 1, ink, surface))
    const [x, y] = [left + (i % columns) * pixel, top + Math.floor(i / columns) * pixel]
    context.fillRect(x, y, pixel - 0.4, pixel - 0.4)
  }
  context.lineWidth = 1
  context.strokeStyle = line
  context.strokeRect(left, top, columns * pixel, rows * pixel)
}

function paintNeurons(
  context: CanvasRenderingContext2D,
  { x, neurons, ellipsis }: PlacedLayer,
  radius: number,
  values: ArrayLike<number>,
  limit: number,
  { numbers, surface, line }: NetworkColors,
): void {
  context.lineWidth = 1.2
  context.strokeStyle = line
  for (const { index, y } of neurons) {
    context.fillStyle = css(colorOf(values[index] ?? 0, limit, numbers, surface))
    context.beginPath()
    context.arc(x, y, radius, 0, 2 * Math.PI)
    context.fill()
    context.stroke()
  }
  if (ellipsis === undefined) return
  context.fillStyle = line
  for (const dot of [-1, 0, 1]) {
    context.beginPath()
    context.arc(x, ellipsis + dot * Math.max(3, radius / 1.6), 1.5, 0, 2 * Math.PI)
    context.fill()
  }
}

/** Writes the names of the classes beside the outputs. That of the answer is large. */
function paintClasses(
  context: CanvasRenderingContext2D,
  { shape: { classes }, answer, lit, activations }: LitNetwork,
  { x, neurons }: PlacedLayer,
  radius: number,
  { text }: NetworkColors,
): void {
  if (!classes) return
  const isLit = lit === activations.length
  context.fillStyle = text
  context.textBaseline = 'middle'
  for (const { index, y } of neurons) {
    const name = neurons.length === 1 ? classes[1] : classes[index]
    context.font = `${isLit && index === answer ? 'bold 18px' : '13px'} system-ui, sans-serif`
    context.fillText([...(name ?? '')].slice(0, 3).join(''), x + radius + 6, y)
  }
}
