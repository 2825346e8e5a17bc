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
  const ink = new Float32Array(side * side)
  const scale = side / padSize
  if (base) {
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) ink[y * side + x] = base[Math.floor(y / scale) * padSize + Math.floor(x / scale)]
    }
  }
  for (const { places, erases } of strokes) {
    const pen = (erases ? eraserRadius : radius) * scale
    places.forEach(([x, y], index) => {
      const [fromX, fromY] = places[Math.max(0, index - 1)]
      drawLine(ink, side, [fromX * scale, fromY * scale], [x * scale, y * scale], pen, erases)
    })
  }
  return ink
}

/** Draws a line with round ends. Pixels at its edge are covered in part. */
function drawLine(
  ink: Float32Array,
  side: number,
  [fromX, fromY]: Place,
  [toX, toY]: Place,
  radius: number,
  erases: boolean,
): void {
  const left = Math.max(0, Math.floor(Math.min(fromX, toX) - radius - 1))
  const right = Math.min(side - 1, Math.ceil(Math.max(fromX, toX) + radius + 1))
  const top = Math.max(0, Math.floor(Math.min(fromY, toY) - radius - 1))
  const bottom = Math.min(side - 1, Math.ceil(Math.max(fromY, toY) + radius + 1))
  const [alongX, alongY] = [toX - fromX, toY - fromY]
  const length2 = alongX * alongX + alongY * alongY
  for (let row = top; row <= bottom; row++) {
    for (let column = left; column <= right; column++) {
      const [x, y] = [column + 0.5 - fromX, row + 0.5 - fromY]
      const share = length2 > 0 ? Math.min(1, Math.max(0, (x * alongX + y * alongY) / length2)) : 0
      const [acrossX, acrossY] = [x - share * alongX, y - share * alongY]
      // Math.hypot takes several times as long.
      const distance = Math.sqrt(acrossX * acrossX + acrossY * acrossY)
      const covered = Math.min(1, Math.max(0, radius + 0.5 - distance))
      const pixel = row * side + column
      ink[pixel] = erases ? Math.min(ink[pixel], 1 - covered) : Math.max(ink[pixel], covered)
    }
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
