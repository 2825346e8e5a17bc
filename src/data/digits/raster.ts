import type { Path } from './path.js'
import { side } from './picture.js'

/** The longer side of the ink, in pixels, as in MNIST. */
const inkSize = 20

/** Scales and moves the path so that its ink is centered in the picture, and the ink's longer side is 20 pixels. */
export function fitToPicture(path: Path, softness: number): void {
  const { x, y, halfWidth, length } = path
  let left = Number.POSITIVE_INFINITY
  let right = Number.NEGATIVE_INFINITY
  let top = Number.POSITIVE_INFINITY
  let bottom = Number.NEGATIVE_INFINITY
  for (let i = 0; i < length; i++) {
    left = Math.min(left, x[i] - halfWidth[i])
    right = Math.max(right, x[i] + halfWidth[i])
    top = Math.min(top, y[i] - halfWidth[i])
    bottom = Math.max(bottom, y[i] + halfWidth[i])
  }
  // The ink must end at the centers of two pixels with 20 pixels between them, so that only these 20 pixels are
  // colored. The two centers are 21 pixels apart. On both sides, the ink reaches `softness` / 2 beyond its outline, so
  // the longer side of the outline must be 21 - `softness` pixels.
  const scale = (inkSize + 1 - softness) / Math.max(right - left, bottom - top)
  for (let i = 0; i < length; i++) {
    x[i] = side / 2 + scale * (x[i] - (left + right) / 2)
    y[i] = side / 2 + scale * (y[i] - (top + bottom) / 2)
    halfWidth[i] *= scale
  }
}

/**
 * Draws the path on the canvas (28 x 28 numbers, row-major). Pixels are 1 inside the ink and 0 outside, with a gradual
 * transition over an edge of `softness` pixels.
 */
export function drawInk(path: Path, softness: number, canvas: Float32Array): void {
  canvas.fill(0)
  for (let i = 1; i < path.length; i++) {
    if (!path.starts[i]) drawLine(path, i, softness, canvas)
  }
}

/** Draws the line from point `i` - 1 to point `i`. Its half width changes evenly from one point to the other. */
function drawLine({ x, y, halfWidth }: Path, i: number, softness: number, canvas: Float32Array): void {
  const fromX = x[i - 1]
  const fromY = y[i - 1]
  const fromWidth = halfWidth[i - 1]
  const dx = x[i] - fromX
  const dy = y[i] - fromY
  const widening = halfWidth[i] - fromWidth
  const reach = Math.max(fromWidth, halfWidth[i]) + softness / 2
  const perSquaredLength = 1 / Math.max(dx * dx + dy * dy, 1e-12)
  const perSoftness = 1 / softness
  const firstColumn = Math.max(0, Math.ceil(Math.min(fromX, x[i]) - reach - 0.5))
  const lastColumn = Math.min(side - 1, Math.floor(Math.max(fromX, x[i]) + reach - 0.5))
  const firstRow = Math.max(0, Math.ceil(Math.min(fromY, y[i]) - reach - 0.5))
  const lastRow = Math.min(side - 1, Math.floor(Math.max(fromY, y[i]) + reach - 0.5))
  for (let row = firstRow; row <= lastRow; row++) {
    for (let column = firstColumn; column <= lastColumn; column++) {
      const pixel = row * side + column
      // Lines overlap, so most pixels inside the ink already have the value 1. Skip them.
      if (canvas[pixel] === 1) continue
      const px = column + 0.5 - fromX
      const py = row + 0.5 - fromY
      const along = Math.max(0, Math.min(1, (px * dx + py * dy) * perSquaredLength))
      const ex = px - along * dx
      const ey = py - along * dy
      const squaredDistance = ex * ex + ey * ey
      if (squaredDistance >= reach * reach) continue
      const depth = 0.5 + (fromWidth + along * widening - Math.sqrt(squaredDistance)) * perSoftness
      if (depth > canvas[pixel]) canvas[pixel] = Math.min(1, depth)
    }
  }
}
