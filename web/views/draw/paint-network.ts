import { type Color, colorOf, css, type Palette } from '#src/drawing/colors'
import { type LayerParameters, strongest, weightsOf } from '#src/drawing/layers'
import { layoutNetwork, type PlacedLayer, type PlacedNeuron } from '#src/drawing/network-diagram'
import { neuronColumn } from '#src/drawing/neuron-column'
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
  /** The inputs as the weights meet them: scaled, where the network scales them. */
  readonly inputs: ArrayLike<number>
  /** The inputs before that, which are the ink of a picture. */
  readonly ink: ArrayLike<number>
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
  const inputNames = picture ? undefined : fitNames(context, shape.inputNames, shape.inputs, most, 0.25 * width)
  const classNames = fitNames(context, classesOf(shape), shape.layers[shape.layers.length - 1], most, 0.3 * width)
  const { layers, radius } = layoutNetwork([shape.inputs, ...shape.layers], {
    left: grid ? grid.left + side : 16 + (inputNames?.width ?? 0),
    right: width - 22 - (classNames?.width ?? 0),
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
  if (grid && picture) paintGrid(context, network.ink, picture.width, grid, colors)
  else paintNeurons(context, layers[0], radius, network.inputs, largest(network.inputs), colors)
  activations.forEach((values, layer) => {
    const isLit = layer < network.lit
    const limit = Math.max(isBounded(shape.activations[layer]) ? 1 : 0, largest(values))
    paintNeurons(context, layers[layer + 1], radius, isLit ? values : [], limit, colors)
  })
  context.fillStyle = colors.text
  context.textBaseline = 'middle'
  if (inputNames) paintInputNames(context, inputNames, layers[0], radius)
  if (classNames) paintClasses(context, network, classNames, layers[layers.length - 1], radius)
}

/** Whether activations are at most 1, so that a neuron of 1 is fully lit. */
function isBounded(activation: string): boolean {
  return ['sigmoid', 'softmax', 'tanh', 'step'].includes(activation)
}

/** Lines are drawn in this many strengths, because a path with many lines takes less time than many paths. */
const strengths = 16

interface Line {
  readonly from: { readonly x: number; readonly y: number }
  readonly to: { readonly x: number; readonly y: number }
  readonly carried: number
}

function paintLines(
  context: CanvasRenderingContext2D,
  { shape, inputs, activations, parameters, lit }: LitNetwork,
  layers: readonly PlacedLayer[],
  placeOfInput: (input: number) => { x: number; y: number } | undefined,
  { numbers }: NetworkColors,
): void {
  const [positive, negative] = [css(numbers.positive), css(numbers.negative)]
  parameters?.forEach((layer, number) => {
    if (number >= lit) return
    const before = number === 0 ? inputs : activations[number - 1]
    const lines =
      number === 0 && shape.picture
        ? linesFromPicture(layer, before, layers[1], placeOfInput)
        : linesBetween(layer, before, layers[number], layers[number + 1])
    const limit = lines.reduce((most, { carried }) => Math.max(most, Math.abs(carried)), 0)
    const paths = Array.from({ length: strengths + 1 }, () => ({ positive: [] as Line[], negative: [] as Line[] }))
    for (const line of lines) {
      const share = limit > 0 ? Math.abs(line.carried) / limit : 0
      if (share > 0.06) paths[Math.round(strengths * share)][line.carried < 0 ? 'negative' : 'positive'].push(line)
    }
    // The strongest lines come last, so that they are on top.
    paths.forEach((path, strength) => {
      strokeTogether(context, path.positive, strength / strengths, positive)
      strokeTogether(context, path.negative, strength / strengths, negative)
    })
    context.globalAlpha = 1
  })
}

/** Returns the lines that carry most from the pixels of a picture to each neuron that is shown. */
function linesFromPicture(
  layer: LayerParameters<FloatArray>,
  inputs: ArrayLike<number>,
  { neurons }: PlacedLayer,
  placeOfInput: (input: number) => { x: number; y: number } | undefined,
): Line[] {
  // An input without ink carries nothing.
  const inked: number[] = []
  for (let input = 0; input < inputs.length; input++) if (inputs[input] !== 0) inked.push(input)
  const carried = new Float64Array(inked.length)
  const lines: Line[] = []
  for (const to of neurons) {
    const weights = weightsOf(layer, to.index)
    // A loop, because a page does this for each move of a pen, and functions would take several times as long.
    for (let i = 0; i < inked.length; i++) carried[i] = weights[inked[i]] * inputs[inked[i]]
    for (const i of strongest(carried, linesFromInputs)) {
      const from = placeOfInput(inked[i])
      if (from) lines.push({ from, to, carried: carried[i] })
    }
  }
  return lines
}

function linesBetween(
  layer: LayerParameters<FloatArray>,
  before: ArrayLike<number>,
  from: PlacedLayer,
  to: PlacedLayer,
): Line[] {
  return to.neurons.flatMap((end) => {
    const weights = weightsOf(layer, end.index)
    return from.neurons.map((start) => ({ from: start, to: end, carried: weights[start.index] * before[start.index] }))
  })
}

function strokeTogether(context: CanvasRenderingContext2D, lines: readonly Line[], share: number, color: string): void {
  if (lines.length === 0) return
  context.strokeStyle = color
  context.globalAlpha = 0.15 + 0.75 * share
  context.lineWidth = 0.5 + 1.8 * share
  context.beginPath()
  for (const { from, to } of lines) {
    context.moveTo(from.x, from.y)
    context.lineTo(to.x, to.y)
  }
  context.stroke()
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
  // Ink over the surface has the color of `colorOf`, and an opacity is set faster than a color.
  for (const sign of [1, -1]) {
    context.fillStyle = css(sign > 0 ? ink.positive : ink.negative)
    for (let i = 0; i < inputs.length; i++) {
      if (!(sign * inputs[i] > 0)) continue
      context.globalAlpha = Math.min(1, sign * inputs[i])
      const [x, y] = [left + (i % columns) * pixel, top + Math.floor(i / columns) * pixel]
      context.fillRect(x, y, pixel - 0.4, pixel - 0.4)
    }
  }
  context.globalAlpha = 1
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

/** The names beside a column of neurons. */
interface Names {
  /** The name of each neuron that is shown, by its number. */
  readonly of: ReadonlyMap<number, string>
  /** The space that they take. */
  readonly width: number
  /** Whether all are as short as the names of digits. */
  readonly areShort: boolean
}

const plainFont = '13px system-ui, sans-serif'

/** A single output stands for class 1 of two. */
function classesOf({ classes, layers }: Shape): readonly string[] | undefined {
  return layers[layers.length - 1] === 1 ? classes?.slice(1) : classes
}

/** Shortens the names of the neurons of a column that are shown, until they take at most `most` pixels. */
function fitNames(
  context: CanvasRenderingContext2D,
  names: readonly string[] | undefined,
  neurons: number,
  mostNeurons: number,
  most: number,
): Names | undefined {
  if (!names) return undefined
  const shown = neuronColumn(neurons, mostNeurons, 1).neurons.map(({ neuron }) => neuron)
  const whole = new Map(shown.map((neuron) => [neuron, names[neuron] ?? '']))
  // The names of digits need no measuring, which takes time at each move of a pen.
  if ([...whole.values()].every((name) => name.length <= 1)) return { of: whole, width: 12, areShort: true }
  context.font = `bold ${plainFont}`
  const of = new Map<number, string>()
  let width = 0
  for (const [neuron, name] of whole) {
    const letters = [...name]
    let text = name
    while (letters.length > 1 && context.measureText(text).width > most) {
      letters.pop()
      text = `${letters.join('').trimEnd()}…`
    }
    of.set(neuron, text)
    width = Math.max(width, context.measureText(text).width)
  }
  return { of, width, areShort: false }
}

function paintInputNames(
  context: CanvasRenderingContext2D,
  names: Names,
  { x, neurons }: PlacedLayer,
  radius: number,
): void {
  context.font = plainFont
  context.textAlign = 'right'
  for (const { index, y } of neurons) context.fillText(names.of.get(index) ?? '', x - radius - 5, y)
  context.textAlign = 'left'
}

/** Writes the names of the classes beside the outputs. That of the answer is bold, and large if there is space. */
function paintClasses(
  context: CanvasRenderingContext2D,
  { answer, lit, activations }: LitNetwork,
  names: Names,
  { x, neurons }: PlacedLayer,
  radius: number,
): void {
  const write = ({ index, y }: PlacedNeuron): void => {
    context.fillText(names.of.get(index) ?? '', x + radius + 6, y)
  }
  const isAnswer = ({ index }: PlacedNeuron): boolean =>
    lit === activations.length && (neurons.length === 1 ? 1 : index) === answer
  context.font = plainFont
  for (const neuron of neurons) if (!isAnswer(neuron)) write(neuron)
  // The name of the answer comes last, because a change of the font takes long.
  const answered = neurons.find(isAnswer)
  if (!answered) return
  context.font = names.areShort ? 'bold 18px system-ui, sans-serif' : `bold ${plainFont}`
  write(answered)
}
