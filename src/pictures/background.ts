import type { Raster } from './raster.js'

/** Whether the ink is darker or lighter than the paper. */
export type Polarity = 'dark-on-light' | 'light-on-dark'

/**
 * Subtracts the background from the picture, which removes uneven lighting. Each value of `ink` is the difference
 * between a pixel and its background, in gray levels. It is positive for ink and near 0 for paper. If `requested` is
 * undefined, the polarity is found from the picture.
 */
export function subtractBackground(gray: Raster, requested: Polarity | undefined): { ink: Raster; polarity: Polarity } {
  const { width, height } = gray
  const shorter = Math.min(width, height)
  // To find the polarity, estimate the background in large windows (square parts of the picture). They contain more
  // paper than ink, so the median of the gray values in a window is a gray value of paper.
  const polarity = requested ?? polarityOf(gray, backgroundOf(gray, shorter, 0.5))
  // Now estimate the background in smaller windows, which follow uneven lighting more closely. A digit may fill more
  // than half of a small window, so the median may be ink. Use a quantile nearer to the paper's gray value instead.
  const share = polarity === 'dark-on-light' ? 0.7 : 0.3
  const background = backgroundOf(gray, Math.max(16, shorter / 3), share)
  const sign = polarity === 'dark-on-light' ? 1 : -1
  const values = new Float32Array(gray.values.length)
  for (let i = 0; i < values.length; i++) values[i] = sign * (background[i] - gray.values[i])
  const paper = medianOf(values)
  for (let i = 0; i < values.length; i++) values[i] -= paper
  return { ink: { width, height, values }, polarity }
}

/**
 * Determines the polarity from the sign of a sum over all pixels. Each pixel adds the cube of its difference from the
 * background. The cubes of noise cancel out, because noise is positive as often as negative. Ink pixels are few, but
 * differ most from the background, so they decide the sign.
 */
function polarityOf({ values }: Raster, background: Float32Array): Polarity {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += (background[i] - values[i]) ** 3
  return sum >= 0 ? 'dark-on-light' : 'light-on-dark'
}

/**
 * Estimates the background from overlapping windows, whose sides are about `window` pixels long. At the center of each
 * window, the background is a quantile of the gray values in the window. `share` is the fraction of these values below
 * the quantile, so 0.5 gives the median. Between the centers, the background is interpolated bilinearly.
 */
function backgroundOf({ width, height, values }: Raster, window: number, share: number): Float32Array {
  const columns = Math.max(1, Math.round((2 * width) / window) - 1)
  const rows = Math.max(1, Math.round((2 * height) / window) - 1)
  const grid = new Float32Array(columns * rows)
  const histogram = new Uint32Array(256)
  for (let row = 0; row < rows; row++) {
    const [top, bottom] = extent(row, rows, height)
    for (let column = 0; column < columns; column++) {
      const [left, right] = extent(column, columns, width)
      histogram.fill(0)
      for (let y = top; y < bottom; y++) {
        for (let x = left; x < right; x++) histogram[Math.round(values[y * width + x])]++
      }
      grid[row * columns + column] = quantile(histogram, share)
    }
  }
  const background = new Float32Array(values.length)
  for (let y = 0; y < height; y++) {
    const v = findWindows(y, rows, height)
    for (let x = 0; x < width; x++) {
      const h = findWindows(x, columns, width)
      const above = mix(grid[v.first * columns + h.first], grid[v.first * columns + h.second], h.share)
      const below = mix(grid[v.second * columns + h.first], grid[v.second * columns + h.second], h.share)
      background[y * width + x] = mix(above, below, v.share)
    }
  }
  return background
}

/**
 * Returns the range of pixels that window `i` of `count` covers along one axis. Neighboring windows overlap by half.
 */
function extent(i: number, count: number, length: number): [from: number, to: number] {
  const step = length / (count + 1)
  return [Math.floor(i * step), Math.ceil((i + 2) * step)]
}

/**
 * Along one axis, a pixel lies between the centers of two neighboring windows. Returns the indices of these windows.
 * `position` is the coordinate of the pixel. `share` is the weight of the second window in the interpolation.
 */
function findWindows(
  position: number,
  count: number,
  length: number,
): { first: number; second: number; share: number } {
  const step = length / (count + 1)
  const at = Math.min(count - 1, Math.max(0, (position + 0.5) / step - 1))
  const first = Math.floor(at)
  return { first, second: Math.min(count - 1, first + 1), share: at - first }
}

function mix(a: number, b: number, share: number): number {
  return a + share * (b - a)
}

/**
 * Returns a quantile of the gray values in a histogram. `share` is the fraction of the values below the quantile, so
 * 0.5 gives the median.
 */
function quantile(histogram: Uint32Array, share: number): number {
  const total = histogram.reduce((sum, count) => sum + count, 0)
  let below = 0
  let value = 0
  while (value < 255 && below + histogram[value] < share * total) below += histogram[value++]
  return value
}

/** Returns the median, rounded to a whole number. Values outside the range from -128 to 127 are clamped to it. */
function medianOf(values: Float32Array): number {
  const histogram = new Uint32Array(256)
  for (const value of values) histogram[Math.min(255, Math.max(0, Math.round(value) + 128))]++
  return quantile(histogram, 0.5) - 128
}
