import sharp from 'sharp'
import { sineAndCosine } from '#src/base/exact-math'
import { createRandom, type Random } from '#src/base/random'
import type { Box } from '#src/pictures/raster'

/** Describes a photo of a row of digits. Settings that are left out are chosen at random, depending on the seed. */
export interface PhotoOptions {
  readonly seed: number
  /** The pictures of the digits. Each has 28 x 28 bytes, from 0 for paper to 255 for ink. */
  readonly digits: readonly Uint8Array[]
  readonly polarity?: 'dark-on-light' | 'light-on-dark'
  /**
   * The range of the gap between two digits, as a fraction of a digit's height. If the gap is negative, the digits
   * touch or overlap.
   */
  readonly gap?: readonly [from: number, to: number]
  /** The standard deviation of the noise, in gray levels. */
  readonly noise?: number
  /** The standard deviation of a Gaussian blur, in pixels. 0 means no blur. */
  readonly blur?: number
  readonly degrees?: number
  /** The factor by which a digit's picture is enlarged in the photo. */
  readonly size?: number
  /** The fraction by which the sizes of the digits may vary. */
  readonly sizes?: number
  /** How much darker the paper is on one side than on the other, in gray levels. */
  readonly shade?: number
  /** The JPEG quality from 1 to 100, or 'png' for a PNG file. */
  readonly quality?: number | 'png'
}

export interface Photo {
  readonly bytes: Uint8Array
  readonly width: number
  readonly height: number
  /** The bounding box of the ink of each digit. */
  readonly boxes: readonly Box[]
}

const side = 28
/** The smallest amount of ink, from 0 to 1, with which a pixel counts as visible. */
const visible = 0.4

/** Draws a photo of digits in a row. The same seed gives the same photo. */
export async function takePhoto(options: PhotoOptions): Promise<Photo> {
  const { seed, digits, gap = [0.15, 0.5] } = options
  const random = createRandom(seed, 'photo')
  const between = (from: number, to: number): number => from + (to - from) * random.uniform()
  const size = options.size ?? between(2, 5)
  const { sizes = 0.2 } = options
  const angle = ((options.degrees ?? between(-3, 3)) * Math.PI) / 180
  const height20 = 20 * size
  const placed = digits.map((digit) => ({ digit, scale: size * between(1 - sizes, 1 + sizes) }))
  // First lay out the digits without rotation. The width of each digit's ink determines where the next digit begins.
  let right = 0
  const centers: { x: number; y: number }[] = []
  for (const { digit, scale } of placed) {
    const [from, to] = inkColumns(digit)
    const left = right + (centers.length === 0 ? 0 : height20 * between(gap[0], gap[1]))
    centers.push({ x: left + (side / 2 - from) * scale, y: height20 * between(-0.1, 0.1) })
    right = left + (to - from) * scale
  }
  const { sin, cos } = sineAndCosine(angle)
  const width = Math.ceil(right + height20 * between(0.8, 2))
  const height = Math.ceil(height20 * between(1.8, 2.6) + Math.abs(sin) * right)
  const ink = new Float32Array(width * height)
  const boxes = placed.map(({ digit, scale }, i) => {
    const [x, y] = [centers[i].x - right / 2, centers[i].y]
    const center = { x: width / 2 + cos * x - sin * y, y: height / 2 + sin * x + cos * y }
    return stamp(ink, width, digit, center, { scale, sin, cos })
  })
  const gray = expose(ink, width, random, options)
  const { blur = between(0, 0.25 * size), quality = Math.round(between(60, 95)) } = options
  const picture = sharp(gray, { raw: { width, height, channels: 1 } })
  if (blur >= 0.3) picture.blur(blur)
  const blurred = await picture.toColorspace('b-w').raw().toBuffer()
  const noise = options.noise ?? between(0, 12)
  // Noise is added after the blur, because a camera's lens blurs before the sensor adds noise.
  const noisy = Uint8Array.from(blurred.subarray(0, width * height), (value) => clamp(value + noise * random.normal()))
  const result = sharp(noisy, { raw: { width, height, channels: 1 } })
  const bytes = await (quality === 'png' ? result.png() : result.jpeg({ quality })).toBuffer()
  return { bytes, width, height, boxes }
}

/** Returns the first column with ink, and the column after the last one with ink. */
function inkColumns(digit: Uint8Array): [from: number, to: number] {
  const columns = Array.from({ length: side }, (_, x) => x).filter((x) =>
    Array.from({ length: side }, (_, y) => digit[y * side + x]).some((value) => value > visible * 255),
  )
  return [Math.min(...columns), Math.max(...columns) + 1]
}

/**
 * Draws a digit around `center`, scaled and rotated, with bilinear interpolation. Returns the bounding box of the ink.
 */
function stamp(
  ink: Float32Array,
  width: number,
  digit: Uint8Array,
  center: { x: number; y: number },
  { scale, sin, cos }: { scale: number; sin: number; cos: number },
): Box {
  const reach = Math.ceil((side / 2) * scale * 1.5)
  const height = ink.length / width
  let [left, top, right, bottom] = [width, height, 0, 0]
  const at = (x: number, y: number): number =>
    x >= 0 && y >= 0 && x < side && y < side ? digit[y * side + x] / 255 : 0
  for (let y = Math.max(0, Math.floor(center.y) - reach); y < Math.min(height, center.y + reach); y++) {
    for (let x = Math.max(0, Math.floor(center.x) - reach); x < Math.min(width, center.x + reach); x++) {
      const [dx, dy] = [(x + 0.5 - center.x) / scale, (y + 0.5 - center.y) / scale]
      const [u, v] = [cos * dx + sin * dy + side / 2 - 0.5, -sin * dx + cos * dy + side / 2 - 0.5]
      const [u0, v0] = [Math.floor(u), Math.floor(v)]
      const above = at(u0, v0) * (1 - u + u0) + at(u0 + 1, v0) * (u - u0)
      const below = at(u0, v0 + 1) * (1 - u + u0) + at(u0 + 1, v0 + 1) * (u - u0)
      const value = above * (1 - v + v0) + below * (v - v0)
      if (value === 0) continue
      ink[y * width + x] = Math.max(ink[y * width + x], value)
      if (value < visible) continue
      left = Math.min(left, x)
      right = Math.max(right, x + 1)
      top = Math.min(top, y)
      bottom = Math.max(bottom, y + 1)
    }
  }
  return { left, top, width: right - left, height: bottom - top }
}

/** Renders the ink on paper in uneven light. Returns the gray levels of all pixels. */
function expose(ink: Float32Array, width: number, random: Random, options: PhotoOptions): Uint8Array {
  const between = (from: number, to: number): number => from + (to - from) * random.uniform()
  const paper = between(190, 235)
  const contrast = between(90, 150)
  const shade = options.shade ?? between(0, 70)
  const { sin, cos } = sineAndCosine(between(-Math.PI, Math.PI))
  const height = ink.length / width
  const polarity = options.polarity ?? (random.uniform() < 0.7 ? 'dark-on-light' : 'light-on-dark')
  return Uint8Array.from(ink, (value, i) => {
    const [x, y] = [(i % width) / width - 0.5, Math.floor(i / width) / height - 0.5]
    const light = 1 - (shade / paper) * (0.5 + 0.7 * (cos * x + sin * y))
    const gray = light * (paper - contrast * value)
    return clamp(polarity === 'dark-on-light' ? gray : 255 - gray)
  })
}

function clamp(value: number): number {
  return Math.min(255, Math.max(0, Math.round(value)))
}

/** Returns the intersection over union of two boxes, from 0 to 1. */
export function overlapOf(a: Box, b: Box): number {
  const across = Math.min(a.left + a.width, b.left + b.width) - Math.max(a.left, b.left)
  const down = Math.min(a.top + a.height, b.top + b.height) - Math.max(a.top, b.top)
  const common = Math.max(0, across) * Math.max(0, down)
  return common / (a.width * a.height + b.width * b.height - common)
}

/** Whether the found boxes match the boxes of the digits, in number, order and position. */
export function isExact(found: readonly Box[], boxes: readonly Box[]): boolean {
  return found.length === boxes.length && boxes.every((box, i) => overlapOf(box, found[i]) > 0.6)
}
