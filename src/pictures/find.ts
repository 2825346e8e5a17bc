import { checkInteger, checkKeys, checkSignal } from '../base/checks.js'
import { DataError, optionError } from '../base/errors.js'
import { yieldToEventLoop } from '../base/event-loop.js'
import { isUint8Array } from '../base/typed-arrays.js'
import { type Polarity, subtractBackground } from './background.js'
import { findComponents } from './components.js'
import { decode } from './decode.js'
import { findRows } from './digit-rows.js'
import { discardOthers, heightOfDigits, mergePieces } from './fragments.js'
import { noiseOf, smooth } from './noise.js'
import { normalize } from './normalize.js'
import type { Box, Raster } from './raster.js'
import { singleDigit } from './single.js'
import { splitTouching } from './split.js'
import { otsu } from './threshold.js'

export interface FindOptions {
  /** Whether the ink is darker or lighter than the paper. By default, this is found from the picture. */
  readonly polarity?: Polarity
  /** The maximum number of pixels in a picture. Default 2^27. */
  readonly maxPixels?: number
  /** A signal that stops the work after the current step. The call then fails with the signal's reason. */
  readonly signal?: AbortSignal | undefined
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

export const findOptionNames = ['polarity', 'maxPixels', 'signal'] satisfies (keyof FindOptions)[]

/**
 * The maximum length of the longer side of a picture, in pixels. Larger pictures are reduced to this size. More detail
 * is not needed, because each digit is scaled to 20 pixels later.
 */
const longestSide = 2048
/** The minimum difference between ink and paper, in gray levels. Fainter marks are ignored. */
const minContrast = 12
/** The maximum number of connected pieces of ink. It is far above the number of digits on a page. */
const maxComponents = 100_000

/**
 * Finds the digits in a photo or a scan of one or several rows of digits. It ignores uneven lighting, noise, specks,
 * lines and frames. It joins the pieces of broken digits. It separates digits that touch if it finds where to cut them.
 *
 * `picture` is a path or the bytes of a PNG, JPEG, WebP, GIF, TIFF or AVIF file. The picture is rotated as its EXIF
 * data says. If no digits are found, the returned `digits` is empty. The event loop runs between the steps of the work.
 *
 * @throws DataError if the picture cannot be read, is not in one of these formats, is damaged, has more than
 * `maxPixels` pixels, or has too many marks to be a picture of digits; OptionError if an argument is wrong; the
 * signal's reason if the signal aborts; DescentError if the package sharp is missing
 */
export async function findDigits(picture: string | Uint8Array, options: FindOptions = {}): Promise<FoundDigits> {
  if (typeof picture !== 'string' && !isUint8Array(picture)) {
    throw optionError({ picture }, 'the path of a picture or its bytes')
  }
  if (typeof options !== 'object' || options === null) throw optionError({ options }, 'an object')
  checkKeys('picture', options, findOptionNames)
  const { polarity, maxPixels = 2 ** 27, signal } = options
  checkSignal(signal)
  checkInteger({ maxPixels }, 1)
  if (polarity !== undefined && polarity !== 'dark-on-light' && polarity !== 'light-on-dark') {
    throw optionError({ polarity }, "'dark-on-light' or 'light-on-dark'")
  }
  signal?.throwIfAborted()
  const { name, width, height, gray } = await decode(picture, { maxPixels, longestSide })
  signal?.throwIfAborted()
  const [scaleX, scaleY] = [width / gray.width, height / gray.height]
  const found = await finish(segment(name, gray, polarity), signal)
  const digits = found.map(({ box, ...digit }) => ({ ...digit, box: enlarge(box, scaleX, scaleY) }))
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

/** Does all steps, and lets the event loop run between them. @throws the signal's reason if the signal aborts */
async function finish<T>(steps: Generator<void, T>, signal: AbortSignal | undefined): Promise<T> {
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
    await yieldToEventLoop()
    signal?.throwIfAborted()
  }
}

/**
 * Finds the digits in a gray picture, and returns them row by row. Yields after each step of the work. `name` begins the
 * error messages.
 * @throws DataError if the picture has too many marks to be a picture of digits
 */
export function* segment(name: string, gray: Raster, polarity?: Polarity): Generator<void, FoundDigit[]> {
  const single = singleDigit(gray, polarity)
  if (single) return [{ ...single, row: 0 }]
  const { ink: raw } = subtractBackground(gray, polarity)
  yield
  const noise = noiseOf(raw)
  yield
  // Smooth only noisy pictures, because smoothing could join digits that nearly touch.
  const ink = noise > 2 ? smooth(raw) : raw
  yield
  const threshold = Math.max(otsu(ink.values), minContrast, noise > 2 ? 1.6 * noise : 4 * noise)
  yield
  const { labels, components } = findComponents(ink, threshold)
  yield
  const kept = discardOthers(components, ink.width, ink.height)
  if (kept.length > maxComponents) {
    throw new DataError(
      `${name}: has ${kept.length} separate marks, but a picture of digits may have at most ${maxComponents}`,
    )
  }
  const digitHeight = heightOfDigits(kept)
  // Digits less than 6 pixels high are not legible.
  if (digitHeight < 6) return []
  yield
  const merged = yield* mergePieces(kept, digitHeight)
  yield
  const stroke = strokeWidth(labels, ink.width)
  yield
  const blobs = yield* splitTouching(ink, labels, merged, { digitHeight, stroke, nextLabel: components.length + 1 })
  const digits: FoundDigit[] = []
  for (const [number, row] of (yield* findRows(blobs)).entries()) {
    for (const blob of row) {
      const box = { left: blob.left, top: blob.top, width: blob.right - blob.left, height: blob.bottom - blob.top }
      digits.push({ box, row: number, pixels: normalize(ink, labels, blob, threshold) })
      yield
    }
  }
  return digits
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
