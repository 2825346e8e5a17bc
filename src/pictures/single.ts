import type { Polarity } from './background.js'
import { digitSize, fitInto, middleOfMnist, side } from './normalize.js'
import type { Box, Raster } from './raster.js'

/** The ink that belongs to the digit, as a share of the largest ink. Less is noise of a compressed picture. */
const minShare = 0.05
/** At least this share of the pixels must be paper or full ink, within two gray levels. */
const minPlain = 0.3
/** The minimum difference between ink and paper, in gray levels. */
const minContrast = 30

/**
 * Returns the digit in a picture that is no larger than an MNIST picture and has paper and ink of one gray level each,
 * such as a picture of MNIST or a crop of one. So small a picture holds one digit. It has too little paper around the
 * digit for the steps that find digits on a page. Returns undefined for any other picture.
 */
export function singleDigit(
  { width, height, values }: Raster,
  requested: Polarity | undefined,
): { box: Box; pixels: Uint8Array } | undefined {
  if (width > side || height > side) return undefined
  const [dark, light] = [Math.min(...values), Math.max(...values)]
  if (light - dark < minContrast) return undefined
  const [atDark, atLight] = [dark, light].map((level) => values.filter((value) => Math.abs(value - level) <= 2).length)
  if (atDark + atLight < minPlain * values.length) return undefined
  const isLight =
    requested === undefined
      ? (isPaperLight({ width, height, values }, (dark + light) / 2) ?? atLight > atDark)
      : requested === 'dark-on-light'
  const ink = values.map((value) => (isLight ? light - value : value - dark) / (light - dark))
  let [left, top, right, bottom] = [width, height, 0, 0]
  ink.forEach((share, i) => {
    if (share < minShare) return
    const [x, y] = [i % width, Math.floor(i / width)]
    left = Math.min(left, x)
    right = Math.max(right, x + 1)
    top = Math.min(top, y)
    bottom = y + 1
  })
  const box = { left, top, width: right - left, height: bottom - top }
  // A picture of MNIST is used as it is. Resampling would blur its strokes.
  if (width === side && height === side && Math.max(box.width, box.height) <= digitSize) {
    return { box, pixels: Uint8Array.from(ink, (share) => Math.round(255 * share)) }
  }
  const cropped = new Float32Array(box.width * box.height)
  for (let y = 0; y < box.height; y++) {
    const from = (top + y) * width + left
    cropped.set(ink.subarray(from, from + box.width), y * box.width)
  }
  return { box, pixels: fitInto({ width: box.width, height: box.height, values: cropped }, middleOfMnist) }
}

/**
 * Returns whether the paper is lighter than the ink. In a tight crop a digit may have more ink than paper, but it
 * seldom reaches the corners, so most corners are paper. Returns undefined if two corners are light and two are dark.
 */
function isPaperLight({ width, height, values }: Raster, middle: number): boolean | undefined {
  const last = (height - 1) * width
  const light = [0, width - 1, last, last + width - 1].filter((corner) => values[corner] > middle).length
  return light === 2 ? undefined : light > 2
}
