import type { Blob } from './fragments.js'
import type { Raster } from './raster.js'

/** A way from the top of a blob to its bottom that goes down, or down and to the side by one pixel, in each row. */
export interface Seam {
  /** The column of each row, from the blob's left: what is to the left of it is the left part. */
  readonly columns: Int32Array
  /** Ink on the way, in pixels as dark as the blob's mean. */
  readonly ink: number
}

/** What a step to the side costs: a way straight down is preferred where ink does not say otherwise. */
const sideways = 0.05

/** The blob's own ink, 1 where it is as dark as its mean or darker, 0 for paper; infinite for paper that ink encloses. */
export function tracedInk(ink: Raster, labels: Int32Array, blob: Blob): Raster {
  const [width, height] = [blob.right - blob.left, blob.bottom - blob.top]
  const own = new Set(blob.labels)
  const values = new Float32Array(width * height)
  let sum = 0
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const i = (blob.top + y) * ink.width + blob.left + x
      if (!own.has(labels[i])) continue
      values[y * width + x] = ink.values[i]
      sum += ink.values[i]
    }
  }
  const mean = sum / blob.area
  for (let i = 0; i < values.length; i++) values[i] = Math.min(1, values[i] / mean)
  // Who enters the hole of a 0 goes through two strokes of one digit.
  const open = openPaper(width, height, values)
  for (let i = 0; i < values.length; i++) if (values[i] === 0 && open[i] === 0) values[i] = Number.POSITIVE_INFINITY
  return { width, height, values }
}

/** Paper that can be reached from the edge by sides of pixels. */
function openPaper(width: number, height: number, values: Float32Array): Uint8Array {
  const open = new Uint8Array(width * height)
  const waiting: number[] = []
  const reach = (x: number, y: number): void => {
    const i = y * width + x
    if (x < 0 || y < 0 || x >= width || y >= height || open[i] === 1 || values[i] > 0) return
    open[i] = 1
    waiting.push(i)
  }
  for (let x = 0; x < width; x++) for (const y of [0, height - 1]) reach(x, y)
  for (let y = 0; y < height; y++) for (const x of [0, width - 1]) reach(x, y)
  for (let i = waiting.pop(); i !== undefined; i = waiting.pop()) {
    const [x, y] = [i % width, Math.floor(i / width)]
    reach(x - 1, y)
    reach(x + 1, y)
    reach(x, y - 1)
    reach(x, y + 1)
  }
  return open
}

/** The seam through least ink between two columns, by dynamic programming; none where all lead through holes. */
export function bestSeam({ width, height, values }: Raster, from: number, to: number): Seam | undefined {
  const span = to - from
  if (span < 1) return undefined
  // A column more on either side, which no way takes.
  const line = span + 2
  const costs = new Float32Array(line * height).fill(Number.POSITIVE_INFINITY)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < span; x++) {
      const above = (y - 1) * line + x + 1
      const before = y === 0 ? 0 : Math.min(costs[above], costs[above - 1] + sideways, costs[above + 1] + sideways)
      costs[y * line + x + 1] = before + values[y * width + from + x]
    }
  }
  const last = (height - 1) * line + 1
  let x = 0
  for (let other = 1; other < span; other++) if (costs[last + other] < costs[last + x]) x = other
  if (costs[last + x] === Number.POSITIVE_INFINITY) return undefined
  const columns = new Int32Array(height)
  let ink = 0
  for (let y = height - 1; y >= 0; y--) {
    columns[y] = from + x
    ink += values[y * width + from + x]
    if (y === 0) break
    const above = (y - 1) * line + x + 1
    const straight = costs[above]
    if (costs[above - 1] + sideways < Math.min(straight, costs[above + 1] + sideways)) x--
    else if (costs[above + 1] + sideways < straight) x++
  }
  return { columns, ink }
}
