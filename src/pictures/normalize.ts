import type { Blob } from './fragments.js'
import type { Raster } from './raster.js'

/**
 * `side` is the width and height of an MNIST picture, and `digitSize` is the longer side of the digit in it. Both are
 * in pixels.
 */
export const side = 28
export const digitSize = 20
/**
 * The middle of column 14 and of row 14, counted from 0. All digits of MNIST have their center of mass in this pixel,
 * and not around the corner of four pixels that is the middle of the picture.
 */
export const middleOfMnist = 14.5
/** Pixels with less ink than this are outside of the digit. The ink is 0 for paper and 1 for a stroke. */
export const minInk = 0.25

/**
 * Converts a digit to an MNIST picture of 28 x 28 pixels, from 0 for paper to 255 for ink. The longer side of the digit
 * is 20 pixels, and its center of mass is in the middle, to the nearest pixel. The picture contains no ink of other
 * digits, and the edges of strokes stay soft.
 */
export function normalize(ink: Raster, labels: Int32Array, blob: Blob, threshold: number): Uint8Array {
  return fitInto(crop(cutOut(ink, labels, blob, threshold)))
}

/**
 * Returns an MNIST picture of a digit that fills `digit`, in which ink goes from 0 to 1. A digit of nearly 20 pixels keeps
 * its size, because resampling would blur its strokes. Its center of mass is at most half a pixel to the left or the
 * right of `middle`, and as far above or below it. By default this is the middle of the picture.
 */
export function fitInto(digit: Raster, middle = side / 2): Uint8Array {
  const size = Math.max(digit.width, digit.height)
  return center(size <= digitSize && size >= 0.85 * digitSize ? digit : shrink(digit), middle)
}

/**
 * Copies the ink of the digit and of a margin around it, and scales it to values from 0 to 1. The margin contains the
 * soft edges of the strokes. Their ink is below the threshold, so they are not part of `blob`.
 */
function cutOut(ink: Raster, labels: Int32Array, blob: Blob, threshold: number): Raster {
  const own = new Set(blob.labels)
  const size = Math.max(blob.right - blob.left, blob.bottom - blob.top)
  const soft = Math.max(1, Math.round(size / 40))
  const left = Math.max(0, blob.left - soft)
  const top = Math.max(0, blob.top - soft)
  const width = Math.min(ink.width, blob.right + soft) - left
  const height = Math.min(ink.height, blob.bottom + soft) - top
  const at = (x: number, y: number): number => (top + y) * ink.width + left + x
  const near = nearOwn(width, height, soft, (x, y) => own.has(labels[at(x, y)]))
  const full = strokeInk(ink, labels, blob, own)
  const faint = 0.35 * threshold
  const values = new Float32Array(width * height)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const label = labels[at(x, y)]
      const isOthers = label !== 0 && !own.has(label)
      if (isOthers || !near[y * width + x]) continue
      values[y * width + x] = Math.min(1, Math.max(0, (ink.values[at(x, y)] - faint) / (full - faint)))
    }
  }
  return { width, height, values }
}

/** Removes the outer rows and columns that have almost no ink. At least one pixel must have more. */
export function crop({ width, height, values }: Raster): Raster {
  let [left, top, right, bottom] = [width, height, 0, 0]
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (values[y * width + x] < minInk) continue
      left = Math.min(left, x)
      right = Math.max(right, x + 1)
      top = Math.min(top, y)
      bottom = y + 1
    }
  }
  const cropped = new Float32Array((right - left) * (bottom - top))
  for (let y = top; y < bottom; y++) {
    cropped.set(values.subarray(y * width + left, y * width + right), (y - top) * (right - left))
  }
  return { width: right - left, height: bottom - top, values: cropped }
}

/**
 * Marks the pixels that are at most `reach` columns and at most `reach` rows away from a pixel of the digit. `isOwn`
 * tells whether a pixel belongs to the digit.
 */
function nearOwn(width: number, height: number, reach: number, isOwn: (x: number, y: number) => boolean): Uint8Array {
  const across = new Uint8Array(width * height)
  const near = new Uint8Array(width * height)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (isOwn(x, y)) across.fill(1, y * width + Math.max(0, x - reach), y * width + Math.min(width, x + reach + 1))
    }
  }
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (across[y * width + x] === 0) continue
      for (let row = Math.max(0, y - reach); row < Math.min(height, y + reach + 1); row++) near[row * width + x] = 1
    }
  }
  return near
}

/** Estimates the ink in the middle of a stroke. Returns the upper quartile of the ink of the digit's pixels. */
function strokeInk({ width, values }: Raster, labels: Int32Array, blob: Blob, own: ReadonlySet<number>): number {
  const found: number[] = []
  for (let y = blob.top; y < blob.bottom; y++) {
    for (let i = y * width + blob.left; i < y * width + blob.right; i++) if (own.has(labels[i])) found.push(values[i])
  }
  return Float32Array.from(found).sort()[Math.floor(0.75 * found.length)]
}

/**
 * Resizes a picture so that its longer side is 20 pixels. Each new pixel gets the mean ink of the area that it covers
 * in the old picture.
 */
function shrink({ width, height, values }: Raster): Raster {
  const scale = digitSize / Math.max(width, height)
  const [columns, rows] = [width, height].map((length) => Math.max(1, Math.round(length * scale)))
  const across = resample(values, { lines: height, length: width, stride: 1, step: width }, columns)
  const both = resample(across, { lines: columns, length: height, stride: columns, step: 1 }, rows)
  // Each line of `both` is a column of the picture, so transpose it.
  const result = new Float32Array(columns * rows)
  for (let y = 0; y < rows; y++) for (let x = 0; x < columns; x++) result[y * columns + x] = both[x * rows + y]
  return { width: columns, height: rows, values: result }
}

/**
 * Resamples each line from `length` to `newLength` values. Each new value is the mean of the old values that it covers.
 * In `values`, neighboring lines are `step` elements apart, and neighboring values of a line are `stride` elements
 * apart.
 */
function resample(
  values: Float32Array,
  { lines, length, stride, step }: { lines: number; length: number; stride: number; step: number },
  newLength: number,
): Float32Array {
  const result = new Float32Array(lines * newLength)
  const ratio = length / newLength
  for (let line = 0; line < lines; line++) {
    for (let i = 0; i < newLength; i++) {
      const [from, to] = [i * ratio, Math.min(length, (i + 1) * ratio)]
      let sum = 0
      for (let j = Math.floor(from); j < to; j++) {
        sum += values[line * step + j * stride] * (Math.min(to, j + 1) - Math.max(from, j))
      }
      result[line * newLength + i] = sum / ratio
    }
  }
  return result
}

/**
 * Moves the digit into a picture of 28 x 28 pixels, with its center of mass at `middle`, to the nearest pixel. It never
 * moves ink out of the picture.
 */
function center({ width, height, values }: Raster, middle: number): Uint8Array {
  let mass = 0
  let massX = 0
  let massY = 0
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const ink = values[y * width + x]
      mass += ink
      massX += ink * (x + 0.5)
      massY += ink * (y + 0.5)
    }
  }
  const left = Math.max(0, Math.min(side - width, Math.ceil(middle - 0.5 - massX / mass)))
  const top = Math.max(0, Math.min(side - height, Math.ceil(middle - 0.5 - massY / mass)))
  const picture = new Uint8Array(side * side)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) picture[(top + y) * side + left + x] = 255 * values[y * width + x] + 0.5
  }
  return picture
}
