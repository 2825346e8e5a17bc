import type { Blob } from './fragments.js'
import type { Box, Raster } from './raster.js'
import { bestSeam, type Seam, tracedInk } from './seam.js'

/**
 * The limits for cutting apart digits that touch. Lengths are multiples of the digit height. Ink is measured in
 * strokes: 1 is the amount of ink on a straight cut through one stroke.
 */
const rules = {
  /**
   * The maximum ink that a cut may cross, for shapes that are at most `width` wide. If `ink` is 0, the shape is not
   * cut. A wide shape is rarely a single digit, so its limit is higher.
   */
  allowed: [
    { width: 1.1, ink: 0 },
    { width: 1.3, ink: 0.45 },
    { width: 1.45, ink: 1 },
    { width: Number.POSITIVE_INFINITY, ink: 3 },
  ],
  /**
   * The path of a cut is called a seam. The search for seams takes place at several horizontal positions. A seam may
   * go at most this far to the left or right of its position.
   */
  reach: 0.2,
  /** The distance between neighboring positions of the search for seams. */
  step: 0.1,
  /** The minimum width and height of each part of a blob after a cut. */
  partWidth: 0.12,
  partHeight: 0.65,
}
/** A part that has this level is not cut again. The uncut blob has level 1, its parts have level 2, and so on. */
const maxDepth = 4

export interface SplitOptions {
  readonly digitHeight: number
  /** The width of a stroke, in pixels. */
  readonly stroke: number
  /** The first unused label. A label is the number that all pixels of a connected area of ink have. */
  readonly nextLabel: number
}

/**
 * Separates digits that touch. If a blob is too wide for one digit, it is cut along a seam that crosses little ink. The
 * parts get new labels, which are written to `labels`. Yields after each blob.
 */
export function* splitTouching(
  ink: Raster,
  labels: Int32Array,
  blobs: readonly Blob[],
  { digitHeight, stroke, nextLabel }: SplitOptions,
): Generator<void, Blob[]> {
  let free = nextLabel
  const cut = (blob: Blob, depth: number): Blob[] => {
    const width = (blob.right - blob.left) / digitHeight
    const allowed = rules.allowed.find((rule) => width <= rule.width)?.ink ?? 0
    if (depth === 1 || allowed === 0) return [blob]
    const seam = chooseSeam(ink, labels, blob, digitHeight)
    if (!seam || seam.ink > allowed * stroke) return [blob]
    const parts = relabel(labels, ink.width, blob, seam, [free++, free++])
    return parts.flatMap((one) => cut(one, depth - 1))
  }
  const parts: Blob[] = []
  for (const blob of blobs) {
    parts.push(...cut(blob, maxDepth))
    yield
  }
  return parts
}

/**
 * Searches for the best seam around each of several horizontal positions. Ignores seams that leave a part too small to
 * be a digit. Returns the remaining seam that crosses the least ink, or undefined if none remains.
 */
function chooseSeam(ink: Raster, labels: Int32Array, blob: Blob, digitHeight: number): Seam | undefined {
  const traced = tracedInk(ink, labels, blob)
  const step = Math.max(1, Math.round(rules.step * digitHeight))
  const reach = Math.max(1, Math.round(rules.reach * digitHeight))
  const margin = Math.ceil(rules.partWidth * digitHeight)
  let best: Seam | undefined
  for (let middle = margin; middle <= traced.width - margin; middle += step) {
    const from = Math.max(margin, middle - reach)
    const to = Math.min(traced.width - margin, middle + reach)
    const seam = bestSeam(traced, from, to)
    if (!seam || (best && seam.ink >= best.ink)) continue
    if (partsOf(traced, seam).every(({ height }) => height >= rules.partHeight * digitHeight)) best = seam
  }
  return best
}

/** Returns the boxes around the ink to the left and to the right of a seam. */
function partsOf({ width, height, values }: Raster, { columns }: Seam): Box[] {
  return [0, 1].map((side) => {
    let [left, top, right, bottom] = [width, height, 0, 0]
    for (let y = 0; y < height; y++) {
      const [from, to] = side === 0 ? [0, columns[y]] : [columns[y], width]
      for (let x = from; x < to; x++) {
        if (!(values[y * width + x] > 0)) continue
        left = Math.min(left, x)
        right = Math.max(right, x + 1)
        top = Math.min(top, y)
        bottom = y + 1
      }
    }
    return { left, top, width: right - left, height: bottom - top }
  })
}

/** Divides a blob into the parts to the left and to the right of a seam. Gives the pixels of each part a new label. */
function relabel(
  labels: Int32Array,
  width: number,
  blob: Blob,
  { columns }: Seam,
  newLabels: readonly [number, number],
): Blob[] {
  const own = new Set(blob.labels)
  const parts = newLabels.map((label) => ({
    labels: [label],
    left: blob.right,
    top: blob.bottom,
    right: blob.left,
    bottom: blob.top,
    area: 0,
  }))
  for (let y = blob.top; y < blob.bottom; y++) {
    for (let x = blob.left; x < blob.right; x++) {
      const i = y * width + x
      if (!own.has(labels[i])) continue
      const side = x - blob.left < columns[y - blob.top] ? 0 : 1
      const one = parts[side]
      labels[i] = newLabels[side]
      one.left = Math.min(one.left, x)
      one.right = Math.max(one.right, x + 1)
      one.top = Math.min(one.top, y)
      one.bottom = y + 1
      one.area++
    }
  }
  return parts
}
