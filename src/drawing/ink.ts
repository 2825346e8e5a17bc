import { optionError } from '../base/errors.js'

/** A place on a pad. Pads measure 28 x 28 units, whatever the number of their pixels. */
export type Place = readonly [x: number, y: number]

/** The way of a pen that was not lifted. */
export interface Stroke {
  readonly places: readonly Place[]
  /** Whether the pen takes ink away. */
  readonly erases: boolean
}

/** The width and the height of a pad. */
export const padSize = 28

/** The radius of the eraser. */
export const eraserRadius = 1.8

/** In a digit whose longest side is 20 pixels, strokes are about this wide. Those of MNIST are, too. */
const strokeWidth = 2.6

/** Small drawings get thinner lines than large ones, so that lines are equally thick after scaling. */
const [thinnest, thickest] = [0.45, 1.7]

/** Returns the radius of the pen for a drawing: its lines are `strokeWidth` wide when its longest side is 20 pixels. */
export function penRadius(strokes: readonly Stroke[], base?: Float32Array): number {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity]
  const reach = (x: number, y: number) => {
    left = Math.min(left, x)
    right = Math.max(right, x)
    top = Math.min(top, y)
    bottom = Math.max(bottom, y)
  }
  for (const { places, erases } of strokes) if (!erases) for (const [x, y] of places) reach(x, y)
  base?.forEach((ink, index) => {
    if (ink > 0.25) reach((index % padSize) + 0.5, Math.floor(index / padSize) + 0.5)
  })
  // The lines reach a radius beyond the places on each side: (20 - strokeWidth) pixels are left for the places.
  const size = Math.max(right - left, bottom - top, 0)
  return Math.min(thickest, Math.max(thinnest, ((size / (20 - strokeWidth)) * strokeWidth) / 2))
}

/**
 * Returns a picture of strokes: side x side numbers from 0 for paper to 1 for ink, row-major. `base` is a picture of
 * 28 x 28 numbers that lies under the strokes.
 */
export function inkOf(strokes: readonly Stroke[], side: number, radius: number, base?: Float32Array): Float32Array {
  return createInk(side)(strokes, radius, base)
}

/** Strokes that follow each other and all draw or all erase. */
interface Layer {
  readonly erases: boolean
  /** The square of the distance from each pixel to the nearest line, as far as the widest pen reaches. */
  readonly distances: Float64Array
}

/**
 * Returns a function that draws as `inkOf` does. If the strokes are those of the last call with places added to their
 * end, it adds these places to what it has drawn, even if the radius is another one.
 * @throws OptionError if the radius is above that of the thickest pen
 */
export function createInk(
  side: number,
): (strokes: readonly Stroke[], radius: number, base?: Float32Array) => Float32Array {
  const scale = side / padSize
  let layers: Layer[] = []
  let drawn: readonly Stroke[] = []

  /** Adds the places of a stroke from a number on to its layer. */
  function add({ places, erases }: Stroke, from: number): void {
    let layer = layers.at(-1)
    if (layer?.erases !== erases) {
      layer = { erases, distances: new Float64Array(side * side).fill(Infinity) }
      layers.push(layer)
    }
    const reach = (erases ? eraserRadius : thickest) * scale
    for (let i = from; i < places.length; i++) {
      const [fromX, fromY] = places[Math.max(0, i - 1)]
      const [x, y] = places[i]
      measureLine(layer.distances, side, [fromX * scale, fromY * scale], [x * scale, y * scale], reach)
    }
  }

  return (strokes, radius, base) => {
    if (!(radius <= thickest)) throw optionError({ radius }, `a number of at most ${thickest}`)
    const known = drawn.every((stroke, index) => beginsWith(strokes[index], stroke, index === drawn.length - 1))
    if (!known) [layers, drawn] = [[], []]
    strokes.forEach((stroke, index) => {
      const before = drawn.at(index)?.places.length ?? 0
      if (stroke.places.length > before) add(stroke, before)
    })
    drawn = strokes
    const ink = base ? enlarge(base, side) : new Float32Array(side * side)
    for (const { erases, distances } of layers) cover(ink, distances, (erases ? eraserRadius : radius) * scale, erases)
    return ink
  }
}

/** Whether a stroke is another one, to whose end places may have been added if it is the last one. */
function beginsWith(stroke: Stroke | undefined, before: Stroke, isLast: boolean): boolean {
  if (stroke === before) return true
  if (!isLast || stroke?.erases !== before.erases) return false
  return before.places.every((place, index) => place === stroke.places[index])
}

function enlarge(base: Float32Array, side: number): Float32Array {
  const ink = new Float32Array(side * side)
  const scale = side / padSize
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) ink[y * side + x] = base[Math.floor(y / scale) * padSize + Math.floor(x / scale)]
  }
  return ink
}

/** Lessens the distances of the pixels that are nearer to a line than to all lines before. Others need no look. */
function measureLine(
  distances: Float64Array,
  side: number,
  [fromX, fromY]: Place,
  [toX, toY]: Place,
  reach: number,
): void {
  const left = Math.max(0, Math.floor(Math.min(fromX, toX) - reach - 1))
  const right = Math.min(side - 1, Math.ceil(Math.max(fromX, toX) + reach + 1))
  const top = Math.max(0, Math.floor(Math.min(fromY, toY) - reach - 1))
  const bottom = Math.min(side - 1, Math.ceil(Math.max(fromY, toY) + reach + 1))
  const [alongX, alongY] = [toX - fromX, toY - fromY]
  const length2 = alongX * alongX + alongY * alongY
  for (let row = top; row <= bottom; row++) {
    for (let column = left; column <= right; column++) {
      const [x, y] = [column + 0.5 - fromX, row + 0.5 - fromY]
      const share = length2 > 0 ? Math.min(1, Math.max(0, (x * alongX + y * alongY) / length2)) : 0
      const [acrossX, acrossY] = [x - share * alongX, y - share * alongY]
      const pixel = row * side + column
      distances[pixel] = Math.min(distances[pixel], acrossX * acrossX + acrossY * acrossY)
    }
  }
}

/** Draws or erases lines with round ends. Pixels at their edges are covered in part. */
function cover(ink: Float32Array, distances: Float64Array, radius: number, erases: boolean): void {
  const farthest = (radius + 0.5) ** 2
  for (let pixel = 0; pixel < ink.length; pixel++) {
    if (distances[pixel] >= farthest) continue
    const covered = Math.min(1, Math.max(0, radius + 0.5 - Math.sqrt(distances[pixel])))
    ink[pixel] = erases ? Math.min(ink[pixel], 1 - covered) : Math.max(ink[pixel], covered)
  }
}

/** Returns a smaller picture, each of whose pixels is the mean of the pixels that it covers. `side` divides `fromSide`. */
export function reduceInk(ink: Float32Array, fromSide: number, side: number): Float32Array {
  const reduced = new Float32Array(side * side)
  const step = fromSide / side
  for (let i = 0; i < ink.length; i++) {
    const [x, y] = [i % fromSide, Math.floor(i / fromSide)]
    reduced[Math.floor(y / step) * side + Math.floor(x / step)] += ink[i] / (step * step)
  }
  return reduced
}

/** The smallest rectangle around ink, and the center of mass of the ink, in pixels. Undefined for a blank picture. */
export function measureInk(
  ink: Float32Array,
  width: number,
): { left: number; top: number; right: number; bottom: number; centerX: number; centerY: number } | undefined {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity]
  let [mass, massX, massY] = [0, 0, 0]
  for (let i = 0; i < ink.length; i++) {
    if (ink[i] === 0) continue
    const [x, y] = [i % width, Math.floor(i / width)]
    mass += ink[i]
    massX += ink[i] * (x + 0.5)
    massY += ink[i] * (y + 0.5)
    if (ink[i] < 0.25) continue
    left = Math.min(left, x)
    right = Math.max(right, x + 1)
    top = Math.min(top, y)
    bottom = Math.max(bottom, y + 1)
  }
  return right > left ? { left, top, right, bottom, centerX: massX / mass, centerY: massY / mass } : undefined
}
