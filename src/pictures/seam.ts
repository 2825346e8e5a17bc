import type { Blob } from './fragments.js'
import type { Raster } from './raster.js'

/**
 * A path along which a blob (the ink of one or more digits) can be cut in two. It runs from the top to the bottom, with
 * one pixel in each row. From one row to the next, the column stays the same or changes by 1.
 */
export interface Seam {
  /**
   * The path's column in each row, counted from the left side of the blob. Pixels to the left of the path form the left
   * part of the blob.
   */
  readonly columns: Int32Array
  /** The sum of the costs that `tracedInk` returns for the pixels on the path. Steps sideways are not included. */
  readonly ink: number
}

/** The cost of a step sideways. It makes a straight path cheaper than a crooked path that crosses the same ink. */
const sidewaysCost = 0.05

/**
 * Returns the cost that each pixel of the blob adds to a seam. Paper costs 0. Ink costs its value divided by the mean
 * ink of the blob, but at most 1. Paper enclosed by ink has an infinite cost.
 */
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
  // Forbid paths through the hole of a digit such as 0, because they would cut two strokes of the same digit.
  const open = openPaper(width, height, values)
  for (let i = 0; i < values.length; i++) if (values[i] === 0 && open[i] === 0) values[i] = Number.POSITIVE_INFINITY
  return { width, height, values }
}

/**
 * Marks the paper pixels that are connected to the edge of the box around the blob. Two pixels are connected only if
 * they share a side.
 */
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

/**
 * Returns the seam (a path from top to bottom) with the lowest cost. The seam stays within the columns from `from` to
 * `to - 1`, and does not cross background that is enclosed by ink, such as the inside of a 0. Returns undefined if there
 * is no such seam. Uses dynamic programming.
 */
export function bestSeam({ width, height, values }: Raster, from: number, to: number): Seam | undefined {
  const span = to - from
  if (span < 1) return undefined
  // The seam must stay between `from` and `to`. So an additional column with an infinite cost is put on each side.
  const line = span + 2
  const costs = new Float32Array(line * height).fill(Number.POSITIVE_INFINITY)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < span; x++) {
      const above = (y - 1) * line + x + 1
      const before =
        y === 0 ? 0 : Math.min(costs[above], costs[above - 1] + sidewaysCost, costs[above + 1] + sidewaysCost)
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
    if (costs[above - 1] + sidewaysCost < Math.min(straight, costs[above + 1] + sidewaysCost)) x--
    else if (costs[above + 1] + sidewaysCost < straight) x++
  }
  return { columns, ink }
}
