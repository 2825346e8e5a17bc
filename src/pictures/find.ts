import { checkInteger, checkKeys } from '../base/checks.js'
import { optionError } from '../base/errors.js'
import { isUint8Array } from '../base/typed-arrays.js'
import { type Polarity, subtractBackground } from './background.js'
import { findComponents } from './components.js'
import { decode } from './decode.js'
import { findRows } from './digit-rows.js'
import { discardOthers, heightOfDigits, mergePieces } from './fragments.js'
import { noiseOf, smooth } from './noise.js'
import { normalize } from './normalize.js'
import type { Box, Raster } from './raster.js'
import { splitTouching } from './split.js'
import { otsu } from './threshold.js'

export interface FindOptions {
  /** Whether the ink is darker or lighter than the paper. By default, this is found from the picture. */
  readonly polarity?: Polarity
  /** The maximum number of pixels in a picture. Default 2^27. */
  readonly maxPixels?: number
}

/** A digit that was found in a picture but is not yet classified. */
export interface FoundDigit {
  /** The box around the digit, in pixels of the picture after it was rotated as its EXIF data says. */
  readonly box: Box
  /** The index of the digit's row. The top row has the index 0. */
  readonly row: number
  /**
   * 28 x 28 bytes as in MNIST, from 0 for paper to 255 for ink. The longer side of the digit is 20 pixels, and its
   * center of mass is in the middle.
   */
  readonly pixels: Uint8Array
}

export interface FoundDigits {
  /** The digits of the first row from left to right, then the digits of the row below it, and so on. */
  readonly digits: readonly FoundDigit[]
  /** Size of the picture in pixels, after it was rotated as its EXIF data says. */
  readonly width: number
  readonly height: number
}

export const findOptionNames = ['polarity', 'maxPixels'] satisfies (keyof FindOptions)[]

/**
 * The maximum length of the longer side of a picture, in pixels. Larger pictures are reduced to this size. More detail
 * is not needed, because each digit is scaled to 20 pixels later.
 */
const longestSide = 2048
/** The minimum difference between ink and paper, in gray levels. Fainter marks are ignored. */
const minContrast = 12

/**
 * Finds the digits in a photo or a scan of one or several rows of digits. It ignores uneven lighting, noise, specks,
 * lines and frames. It joins the pieces of broken digits. It separates digits that touch if it finds where to cut them.
 *
 * `picture` is a path or the bytes of a PNG, JPEG, WebP, GIF, TIFF or AVIF file. The picture is rotated as its EXIF
 * data says. If no digits are found, the returned `digits` is empty.
 *
 * @throws DataError if the picture cannot be read, is not in one of these formats, is damaged, or has more than
 * `maxPixels` pixels; OptionError if an argument is wrong; DescentError if the package sharp is missing
 */
export async function findDigits(picture: string | Uint8Array, options: FindOptions = {}): Promise<FoundDigits> {
  if (typeof picture !== 'string' && !isUint8Array(picture)) {
    throw optionError({ picture }, 'the path of a picture or its bytes')
  }
  if (typeof options !== 'object' || options === null) throw optionError({ options }, 'an object')
  checkKeys('picture', options, findOptionNames)
  const { polarity, maxPixels = 2 ** 27 } = options
  checkInteger({ maxPixels }, 1)
  if (polarity !== undefined && polarity !== 'dark-on-light' && polarity !== 'light-on-dark') {
    throw optionError({ polarity }, "'dark-on-light' or 'light-on-dark'")
  }
  const { width, height, gray } = await decode(picture, { maxPixels, longestSide })
  const [scaleX, scaleY] = [width / gray.width, height / gray.height]
  const digits = segment(gray, polarity).map(({ box, ...digit }) => ({ ...digit, box: enlarge(box, scaleX, scaleY) }))
  return { digits, width, height }
}

function enlarge({ left, top, width, height }: Box, scaleX: number, scaleY: number): Box {
  const [x, y] = [Math.round(left * scaleX), Math.round(top * scaleY)]
  return {
    left: x,
    top: y,
    width: Math.round((left + width) * scaleX) - x,
    height: Math.round((top + height) * scaleY) - y,
  }
}

/** Finds the digits in a gray picture, and returns them row by row. */
export function segment(gray: Raster, polarity?: Polarity): FoundDigit[] {
  const { ink: raw } = subtractBackground(gray, polarity)
  const noise = noiseOf(raw)
  // Smooth only noisy pictures, because smoothing could join digits that nearly touch.
  const ink = noise > 2 ? smooth(raw) : raw
  const threshold = Math.max(otsu(ink.values), minContrast, noise > 2 ? 1.6 * noise : 4 * noise)
  const { labels, components } = findComponents(ink, threshold)
  const kept = discardOthers(components, ink.width, ink.height)
  const digitHeight = heightOfDigits(kept)
  // Digits less than 6 pixels high are not legible.
  if (digitHeight < 6) return []
  const merged = mergePieces(kept, digitHeight)
  const stroke = strokeWidth(labels, ink.width)
  const blobs = splitTouching(ink, labels, merged, { digitHeight, stroke, nextLabel: components.length + 1 })
  return findRows(blobs).flatMap((row, number) =>
    row.map((blob) => ({
      box: { left: blob.left, top: blob.top, width: blob.right - blob.left, height: blob.bottom - blob.top },
      row: number,
      pixels: normalize(ink, labels, blob, threshold),
    })),
  )
}

/**
 * Estimates the mean width of the strokes, which is twice their area divided by the length of their edges. The length
 * of the edges is estimated from the number of pixel sides between ink and paper. On average over all directions, this
 * number is 4 / pi times the length, so it is multiplied by pi / 4.
 */
function strokeWidth(labels: Int32Array, width: number): number {
  let area = 0
  let sides = 0
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] === 0) continue
    area++
    if (i % width === 0 || labels[i - 1] === 0) sides++
    if (i % width === width - 1 || labels[i + 1] === 0) sides++
    if (i < width || labels[i - width] === 0) sides++
    if (i + width >= labels.length || labels[i + width] === 0) sides++
  }
  return (2 * area) / (sides * (Math.PI / 4))
}
