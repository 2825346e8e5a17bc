import type { Raster } from './raster.js'

/**
 * Estimates the standard deviation of the noise in a picture (Immerkaer, "Fast noise variance estimation", 1996).
 * Applies a mask to each pixel and its neighbors. Without noise, the result is 0 wherever the gray values change
 * evenly, and at horizontal and vertical edges. Edges in other directions give large results, so the median of the
 * results is used, not the mean.
 */
export function noiseOf({ width, height, values }: Raster): number {
  const histogram = new Uint32Array(2048)
  let count = 0
  for (let y = 1; y < height - 1; y++) {
    for (let i = y * width + 1; i < (y + 1) * width - 1; i++) {
      const sides = values[i - 1] + values[i + 1] + values[i - width] + values[i + width]
      const corners = values[i - width - 1] + values[i - width + 1] + values[i + width - 1] + values[i + width + 1]
      histogram[Math.min(2047, Math.round(Math.abs(4 * values[i] - 2 * sides + corners)))]++
      count++
    }
  }
  let median = 0
  for (let below = histogram[0]; below < count / 2 && median < 2047; ) below += histogram[++median]
  // The squares of the mask's weights sum to 36, so the mask multiplies the standard deviation of the noise by 6. If
  // the noise is normally distributed, the median of its absolute values is 0.6745 standard deviations.
  return median / 6 / 0.6745
}

/**
 * Averages each pixel with its eight neighbors, with the weights 1, 2, 1 along each axis. This multiplies the standard
 * deviation of the noise by 3/8.
 */
export function smooth({ width, height, values }: Raster): Raster {
  const across = new Float32Array(values.length)
  const result = new Float32Array(values.length)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const i = y * width + x
      across[i] = (values[x > 0 ? i - 1 : i] + 2 * values[i] + values[x < width - 1 ? i + 1 : i]) / 4
    }
  }
  for (let y = 0; y < height; y++) {
    const above = y > 0 ? -width : 0
    const below = y < height - 1 ? width : 0
    for (let i = y * width; i < (y + 1) * width; i++) {
      result[i] = (across[i + above] + 2 * across[i] + across[i + below]) / 4
    }
  }
  return { width, height, values: result }
}
