import { appendPoint, type Path } from './path.js'
import { type ControlPoints, corner, end, smooth } from './skeleton.js'

/** The distance between points of a curve, in digit heights. It is a little more than a pixel. */
const stepLength = 0.07
/** The largest number of points on the curve between two control points. */
export const maxSteps = 8

/**
 * Draws smooth strokes through the control points. The strokes are centripetal Catmull-Rom splines (Catmull and Rom
 * 1974), which have no loops or cusps even if the points are unevenly spaced (Yuksel, Schaefer and Keyser 2011). A new
 * spline starts at each corner.
 */
export function drawStrokes(points: ControlPoints, path: Path): void {
  const { x, y, marks, length } = points
  path.length = 0
  appendPoint(path, x[0], y[0], true)
  for (let i = 0; i + 1 < length; i++) {
    if (marks[i] === end) {
      appendPoint(path, x[i + 1], y[i + 1], true)
      continue
    }
    const first = i === 0 || marks[i] === corner || marks[i - 1] === end
    const last = marks[i + 1] !== smooth
    drawCurve(path, x, y, i, first, last)
  }
}

/**
 * Draws the curve from point `i` to the next point. `first` and `last` say whether it is the spline's first or last
 * curve.
 */
function drawCurve(path: Path, x: Float64Array, y: Float64Array, i: number, first: boolean, last: boolean): void {
  const dx = x[i + 1] - x[i]
  const dy = y[i + 1] - y[i]
  const spacing = knotSpacing(dx, dy)
  // The tangents at the two points, for a parameter that goes from 0 to 1 on this curve. The initial values give a
  // straight line. They change below if the spline has other curves.
  let startX = dx
  let startY = dy
  let endX = dx
  let endY = dy
  if (!first) {
    const before = knotSpacing(x[i] - x[i - 1], y[i] - y[i - 1])
    startX += spacing * ((x[i] - x[i - 1]) / before - (x[i + 1] - x[i - 1]) / (before + spacing))
    startY += spacing * ((y[i] - y[i - 1]) / before - (y[i + 1] - y[i - 1]) / (before + spacing))
  }
  if (!last) {
    const after = knotSpacing(x[i + 2] - x[i + 1], y[i + 2] - y[i + 1])
    endX += spacing * ((x[i + 2] - x[i + 1]) / after - (x[i + 2] - x[i]) / (after + spacing))
    endY += spacing * ((y[i + 2] - y[i + 1]) / after - (y[i + 2] - y[i]) / (after + spacing))
  }
  // At both ends of the spline, the curvature is 0, as in a natural spline.
  if (first) {
    startX = 1.5 * dx - 0.5 * endX
    startY = 1.5 * dy - 0.5 * endY
  }
  if (last) {
    endX = 1.5 * dx - 0.5 * startX
    endY = 1.5 * dy - 0.5 * startY
  }
  const steps = Math.min(maxSteps, Math.ceil(Math.sqrt(dx * dx + dy * dy) / stepLength) + 1)
  for (let step = 1; step <= steps; step++) {
    // Evaluate the cubic Hermite polynomials at t.
    const t = step / steps
    const s = 1 - t
    const between = t * t * (3 - 2 * t)
    const alongStart = t * s * s
    const alongEnd = -t * t * s
    appendPoint(
      path,
      x[i] + between * dx + alongStart * startX + alongEnd * endX,
      y[i] + between * dy + alongStart * startY + alongEnd * endY,
      false,
    )
  }
}

/**
 * Returns the distance between two knots of a centripetal spline. `dx` and `dy` are the distances between the points at
 * these knots. The result is above zero even if the points coincide.
 */
function knotSpacing(dx: number, dy: number): number {
  return Math.sqrt(Math.sqrt(dx * dx + dy * dy)) + 1e-9
}
