import type { Path } from './path.js'
import { type ControlPoints, corner, end, smooth } from './skeleton.js'

/** Points on the curve between two control points. */
export const steps = 6

/** The square root of the distance: the spacing of a centripetal spline. */
function knotSpacing(dx: number, dy: number): number {
  return Math.sqrt(Math.sqrt(dx * dx + dy * dy)) + 1e-9
}

/**
 * Draws smooth curves through the control points: centripetal Catmull-Rom splines (Catmull and Rom 1974; Yuksel,
 * Schaefer and Keyser 2011: no loops or cusps between unevenly spaced points). Corners end one curve and start another.
 */
export function drawCurves(points: ControlPoints, path: Path): void {
  const { x, y, marks, length } = points
  path.length = 0
  append(path, x[0], y[0], 1)
  for (let i = 0; i + 1 < length; i++) {
    if (marks[i] === end) {
      append(path, x[i + 1], y[i + 1], 1)
      continue
    }
    const startsHere = i === 0 || marks[i] !== smooth || marks[i - 1] === end
    const endsHere = marks[i + 1] === corner || marks[i + 1] === end
    drawCurve(path, x, y, i, startsHere ? i : i - 1, endsHere ? i + 1 : i + 2)
  }
}

/** The curve from point i to the next one; `before` and `after` are the points that give it its direction. */
function drawCurve(path: Path, x: Float64Array, y: Float64Array, i: number, before: number, after: number): void {
  const dx = x[i + 1] - x[i]
  const dy = y[i + 1] - y[i]
  const spacing = knotSpacing(dx, dy)
  // Hermite tangents in units of this curve; at the end of a stroke the direction is that of the chord.
  let startX = dx
  let startY = dy
  if (before !== i) {
    const d = knotSpacing(x[i] - x[before], y[i] - y[before])
    startX += spacing * ((x[i] - x[before]) / d - (x[i + 1] - x[before]) / (d + spacing))
    startY += spacing * ((y[i] - y[before]) / d - (y[i + 1] - y[before]) / (d + spacing))
  }
  let endX = dx
  let endY = dy
  if (after !== i + 1) {
    const d = knotSpacing(x[after] - x[i + 1], y[after] - y[i + 1])
    endX += spacing * ((x[after] - x[i + 1]) / d - (x[after] - x[i]) / (d + spacing))
    endY += spacing * ((y[after] - y[i + 1]) / d - (y[after] - y[i]) / (d + spacing))
  }
  for (let step = 1; step <= steps; step++) {
    const t = step / steps
    const atStart = t * (1 - t) * (1 - t)
    const atEnd = t * t * (t - 1)
    const blend = t * t * (3 - 2 * t)
    append(path, x[i] + blend * dx + atStart * startX + atEnd * endX, y[i] + blend * dy + atStart * startY + atEnd * endY, 0)
  }
}

function append(path: Path, x: number, y: number, starts: number): void {
  const i = path.length++
  path.x[i] = x
  path.y[i] = y
  path.starts[i] = starts
}
