import type { Random } from '../../random.js'
import type { Path } from './path.js'

// How far hands differ. Lengths are in digit heights; a spread is a standard deviation.
const slantMean = 0.2
const slantSpread = 0.25
const rotationSpread = 0.1
const narrowest = 0.7
const widest = 1.2
/** Of the height in favour of the upper or lower half. */
const balanceSpread = 0.25
/** Of the width in favour of the top or the bottom. */
const taperSpread = 0.3
const bendSpread = 0.15
const elasticSpread = 0.06
const thinnest = 0.085
const thickest = 0.23
const pressureSpread = 0.1

/** Nodes of the elastic lattice along each axis; the digit covers the middle (nodes - 3) x (nodes - 3) cells. */
const nodes = 5

const displacementX = new Float64Array(nodes * nodes)
const displacementY = new Float64Array(nodes * nodes)
const weightsX = new Float64Array(4)
const weightsY = new Float64Array(4)

function clamp(value: number, low: number, high: number): number {
  return value < low ? low : value > high ? high : value
}

/** The four weights of a uniform cubic B-spline at `position` (0 to 1) along an axis; returns the first node. */
function latticeWeights(position: number, weights: Float64Array): number {
  const cells = nodes - 3
  const scaled = clamp(position * cells, 0, cells)
  const cell = Math.min(Math.floor(scaled), cells - 1)
  const t = scaled - cell
  const s = 1 - t
  weights[0] = (s * s * s) / 6
  weights[1] = (4 - 6 * t * t + 3 * t * t * t) / 6
  weights[2] = (4 - 6 * s * s + 3 * s * s * s) / 6
  weights[3] = (t * t * t) / 6
  return cell
}

export function distort(path: Path, random: Random): void {
  const { x, y, length } = path
  const balance = clamp(balanceSpread * random.normal(), -0.7, 0.7)
  const taper = clamp(taperSpread * random.normal(), -0.8, 0.8)
  const bend = bendSpread * random.normal()
  const aspect = Math.exp(Math.log(narrowest) + (Math.log(widest) - Math.log(narrowest)) * random.uniform())
  const slant = slantMean + slantSpread * random.normal()
  const rotation = rotationSpread * random.normal()
  const cos = Math.cos(rotation)
  const sin = Math.sin(rotation)
  for (let n = 0; n < nodes * nodes; n++) {
    displacementX[n] = elasticSpread * random.normal()
    displacementY[n] = elasticSpread * random.normal()
  }
  for (let i = 0; i < length; i++) {
    const column = latticeWeights(x[i], weightsX)
    const row = latticeWeights(y[i], weightsY)
    let dx = 0
    let dy = 0
    for (let r = 0; r < 4; r++) {
      const node = (row + r) * nodes + column
      const weight = weightsY[r]
      for (let c = 0; c < 4; c++) {
        dx += weight * weightsX[c] * displacementX[node + c]
        dy += weight * weightsX[c] * displacementY[node + c]
      }
    }
    const down = y[i] + balance * y[i] * (1 - y[i]) - 0.5
    let right = (x[i] - 0.5) * (1 + taper * down)
    right += bend * 4 * (down * down - 0.1)
    const px = aspect * (right + dx) - slant * (down + dy)
    const py = down + dy
    x[i] = cos * px - sin * py
    y[i] = sin * px + cos * py
  }
}

export function choosePen(path: Path, random: Random): void {
  const base = Math.exp(Math.log(thinnest) + (Math.log(thickest) - Math.log(thinnest)) * random.uniform()) / 2
  const atStart = 1 + pressureSpread * random.normal()
  const inMiddle = 1 + pressureSpread * random.normal()
  const atEnd = 1 + pressureSpread * random.normal()
  for (let i = 0; i < path.length; i++) {
    const t = i / (path.length - 1)
    const s = 1 - t
    path.halfWidth[i] = base * clamp(s * s * atStart + 2 * s * t * inMiddle + t * t * atEnd, 0.6, 1.5)
  }
}
