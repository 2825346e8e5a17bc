import { type Palette, palettes } from '../../drawing/colors.js'
import { element, type Markup } from '../../drawing/markup.js'
import { indexedPng, type Paint } from './png.js'

const { positive, negative }: Palette = palettes['blue-orange']

/** The number of strengths of each sign in a picture of weights. Color 0 is that of zero, which is transparent. */
const strengths = 127
const weightPalette: readonly Paint[] = [
  [...positive, 0],
  ...[positive, negative].flatMap((color) =>
    Array.from({ length: strengths }, (_, i): Paint => [...color, Math.round((255 * (i + 1)) / strengths)]),
  ),
]
const grayPalette: readonly Paint[] = Array.from({ length: 256 }, (_, gray): Paint => [gray, gray, gray, 255])

export interface PictureText {
  readonly caption: string
  /** What the picture shows, for people who cannot see it. */
  readonly alt: string
}

/**
 * Returns a square picture of weights. The color of a pixel is that of the sign of its weight, and its opacity is the
 * share of the weight in `limit`. So the picture fits a light and a dark background.
 */
export function weightImage(weights: ArrayLike<number>, side: number, limit: number, text: PictureText): Markup {
  const pixels = Uint8Array.from({ length: side * side }, (_, i) => {
    const strength = limit > 0 ? Math.round((strengths * Math.abs(weights[i])) / limit) : 0
    return weights[i] < 0 && strength > 0 ? strengths + strength : strength
  })
  return picture(indexedPng({ width: side, height: side }, pixels, weightPalette), text, 'weights')
}

/** Returns a square picture of inputs: `low` is black, `high` is white. */
export function inputImage(
  inputs: ArrayLike<number>,
  side: number,
  { low, high }: { readonly low: number; readonly high: number },
  text: PictureText,
): Markup {
  const pixels = Uint8Array.from({ length: side * side }, (_, i) =>
    Math.round(255 * Math.min(Math.max((inputs[i] - low) / (high - low), 0), 1)),
  )
  return picture(indexedPng({ width: side, height: side }, pixels, grayPalette), text, 'inputs')
}

function picture(png: Buffer, { caption, alt }: PictureText, kind: string): Markup {
  const src = `data:image/png;base64,${png.toString('base64')}`
  return element(
    'figure',
    { class: 'picture' },
    element('img', { class: kind, src, alt, width: 84, height: 84 }),
    element('figcaption', {}, element('bdi', {}, caption)),
  )
}
