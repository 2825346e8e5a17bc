import type { Affine } from './affine.js'
import type { ElasticField } from './elastic.js'

/**
 * The sides of a box around the ink (all pixels with a gray value above 0). Outside of the box, all gray values are 0.
 * Positions are measured in the frame, which is the picture with a border of one empty pixel.
 */
interface Ink {
  left: number
  right: number
  top: number
  bottom: number
}

/**
 * Writes a distorted copy of `picture` to `result`. Each pixel of the copy gets the gray value at its source point in
 * `picture`.
 */
export type Warp = (picture: Uint8Array, affine: Affine, field: ElasticField | undefined, result: Uint8Array) => void

/**
 * Returns a function that warps pictures of `width` x `height` bytes. The source of a pixel is the point to which
 * `affine` maps it, plus the pixel's elastic displacement if there is a field. Gray values are interpolated bilinearly,
 * and are 0 outside of the picture.
 */
export function createWarp(width: number, height: number): Warp {
  // Each picture is copied into a frame, which adds a border of empty pixels, so that every pixel has neighbors.
  const stride = width + 2
  const framed = new Float64Array(stride * (height + 2))
  const centerX = (width + 1) / 2
  const centerY = (height + 1) / 2
  const still = new Float64Array(width)
  const ink = { left: 0, right: 0, top: 0, bottom: 0 }

  return (picture, { xx, xy, yx, yy, shiftX, shiftY }, field, result) => {
    frame(picture, width, framed, ink)
    const { left, right, top, bottom } = ink
    const bentX = field?.x ?? still
    const bentY = field?.y ?? still
    for (let row = 0, pixel = 0; row < height; row++) {
      field?.bend(row)
      const down = row + 1 - centerY - shiftY
      const rowX = centerX + xy * down
      const rowY = centerY + yy * down
      for (let column = 0; column < width; column++, pixel++) {
        const across = column + 1 - centerX - shiftX
        const x = rowX + xx * across + bentX[column]
        const y = rowY + yx * across + bentY[column]
        // Most source points are outside of the box around the ink, so their gray value is 0. All other source points
        // are inside the frame, so they have four neighboring pixels to interpolate.
        if (!(x > left && x < right && y > top && y < bottom)) {
          result[pixel] = 0
          continue
        }
        const column0 = x | 0
        const row0 = y | 0
        const at = row0 * stride + column0
        const toRight = x - column0
        const above = framed[at] + toRight * (framed[at + 1] - framed[at])
        const below = framed[at + stride] + toRight * (framed[at + stride + 1] - framed[at + stride])
        // Storing a number into a byte truncates it, so add 0.5 to round to the nearest integer.
        result[pixel] = above + (y - row0) * (below - above) + 0.5
      }
    }
  }
}

/** Copies the picture into the middle of the frame, and finds the box around its ink. */
function frame(picture: Uint8Array, width: number, framed: Float64Array, ink: Ink): void {
  const stride = width + 2
  const height = framed.length / stride - 2
  ink.left = width
  ink.right = 0
  ink.top = height
  ink.bottom = 0
  for (let row = 1, from = 0; row <= height; row++) {
    for (let column = 1, to = row * stride + 1; column <= width; column++, from++, to++) {
      const gray = picture[from]
      framed[to] = gray
      if (gray === 0) continue
      if (column <= ink.left) ink.left = column - 1
      if (column >= ink.right) ink.right = column + 1
      if (row <= ink.top) ink.top = row - 1
      if (row >= ink.bottom) ink.bottom = row + 1
    }
  }
}
