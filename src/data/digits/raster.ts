import type { Path } from './path.js'

export const side = 28
/** The longest side of the ink, as in MNIST. */
const inkSide = 20

/** Scales and moves the path so that the ink's longest side is 20 pixels, in the middle of the picture. */
export function fitToBox(path: Path, softness: number): void {
  const { x, y, halfWidth, length } = path
  let left = Infinity
  let right = -Infinity
  let top = Infinity
  let bottom = -Infinity
  for (let i = 0; i < length; i++) {
    const w = halfWidth[i]
    if (x[i] - w < left) left = x[i] - w
    if (x[i] + w > right) right = x[i] + w
    if (y[i] - w < top) top = y[i] - w
    if (y[i] + w > bottom) bottom = y[i] + w
  }
  const longest = Math.max(right - left, bottom - top)
  // A pixel gets ink where its centre is less than softness / 2 outside the line.
  const scale = (inkSide + 1 - softness) / longest
  for (let i = 0; i < length; i++) {
    x[i] = side / 2 + scale * (x[i] - (left + right) / 2)
    y[i] = side / 2 + scale * (y[i] - (top + bottom) / 2)
    halfWidth[i] *= scale
  }
}

export function drawInk(path: Path, softness: number, canvas: Float32Array): void {
  const { x, y, halfWidth, starts, length } = path
  canvas.fill(0)
  for (let i = 1; i < length; i++) {
    if (starts[i]) continue
    drawLine(canvas, x[i - 1], y[i - 1], halfWidth[i - 1], x[i], y[i], halfWidth[i], softness)
  }
}

function drawLine(
  canvas: Float32Array,
  ax: number,
  ay: number,
  aw: number,
  bx: number,
  by: number,
  bw: number,
  softness: number,
): void {
  const reach = Math.max(aw, bw) + softness / 2
  const reachSquared = reach * reach
  const dx = bx - ax
  const dy = by - ay
  const inverse = 1 / (dx * dx + dy * dy + 1e-12)
  const firstX = Math.max(0, Math.ceil(Math.min(ax, bx) - reach - 0.5))
  const lastX = Math.min(side - 1, Math.floor(Math.max(ax, bx) + reach - 0.5))
  const firstY = Math.max(0, Math.ceil(Math.min(ay, by) - reach - 0.5))
  const lastY = Math.min(side - 1, Math.floor(Math.max(ay, by) + reach - 0.5))
  for (let row = firstY; row <= lastY; row++) {
    for (let column = firstX; column <= lastX; column++) {
      const px = column + 0.5 - ax
      const py = row + 0.5 - ay
      let t = (px * dx + py * dy) * inverse
      t = t < 0 ? 0 : t > 1 ? 1 : t
      const ex = px - t * dx
      const ey = py - t * dy
      const squared = ex * ex + ey * ey
      if (squared >= reachSquared) continue
      const depth = (aw + t * (bw - aw) - Math.sqrt(squared)) / softness + 0.5
      const pixel = row * side + column
      if (depth > canvas[pixel]) canvas[pixel] = depth > 1 ? 1 : depth
    }
  }
}

/** Writes the canvas as bytes, its centre of mass in the middle of the picture, to the nearest pixel. */
export function centreByMass(canvas: Float32Array, picture: Uint8Array): void {
  let mass = 0
  let massX = 0
  let massY = 0
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      const pixel = row * side + column
      const depth = canvas[pixel]
      if (depth === 0) continue
      const ink = depth * depth * (3 - 2 * depth)
      canvas[pixel] = ink
      mass += ink
      massX += ink * (column + 0.5)
      massY += ink * (row + 0.5)
    }
  }
  const right = Math.round(side / 2 - massX / mass)
  const down = Math.round(side / 2 - massY / mass)
  picture.fill(0)
  for (let row = 0; row < side; row++) {
    const toRow = row + down
    if (toRow < 0 || toRow >= side) continue
    for (let column = 0; column < side; column++) {
      const toColumn = column + right
      if (toColumn < 0 || toColumn >= side) continue
      picture[toRow * side + toColumn] = Math.round(255 * canvas[row * side + column])
    }
  }
}
