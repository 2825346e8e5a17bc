import { onOneLine } from '../../base/printable.js'
import type { Color, Palette } from '../../drawing/colors.js'
import { shorten } from '../../drawing/markup.js'
import { pixelsOf } from '../../drawing/weight-picture.js'
import { type Graphics, kittyPicture, sixelPicture } from '../terminal/graphics.js'
import { besideEachOther, type Colors, coloredCells, halfBlocks, type Raster } from '../terminal/raster.js'

/** Weights are rounded to this many strengths of each sign, because sixels have at most 256 colors. */
const strengths = 32

/** Colors that are bright on the dark ground of the pictures, which looks the same in every terminal. */
const bright: Palette = { positive: [88, 160, 245], negative: [240, 138, 36] }
const ground: Color = [22, 22, 22]

/** Returns a grid of numbers as pixels. */
function weightRaster(weights: ArrayLike<number>, width: number, limit: number): Raster {
  const rounded = Float64Array.from(weights, (weight) => Math.round((strengths * weight) / limit) / strengths)
  return { width, height: weights.length / width, pixels: pixelsOf(rounded, limit > 0 ? 1 : 0, bright, ground) }
}

/** The characters of positive and of negative numbers, from weak to strong. */
const signs = { positive: '.+#', negative: ',-=' }

/** What the characters of a picture without colors mean. */
export const plainLegend = '. + # are positive weights, and , - = negative ones, from weak to strong'

/** Returns the character of a number: a blank if it is near zero. */
function characterOf(weight: number, limit: number): string {
  const strength = limit > 0 ? Math.abs(weight) / limit : 0
  if (!(strength >= 1 / 8)) return ' '
  const characters = weight < 0 ? signs.negative : signs.positive
  return characters[strength < 1 / 3 ? 0 : strength < 2 / 3 ? 1 : 2]
}

/** Draws a grid of numbers with plain characters. Each shows the mean of two pixels, one above the other. */
function plainPicture(weights: ArrayLike<number>, width: number, limit: number): string[] {
  const height = weights.length / width
  return Array.from({ length: Math.ceil(height / 2) }, (_, line) =>
    Array.from({ length: width }, (_, x) => {
      const upper = weights[2 * line * width + x]
      const lower = 2 * line + 1 < height ? weights[(2 * line + 1) * width + x] : upper
      return characterOf((upper + lower) / 2, limit)
    }).join(''),
  )
}

export interface NamedWeights {
  readonly name: string
  readonly weights: ArrayLike<number>
}

export interface TextForm {
  readonly colors: Colors
  /** The number of characters of a line of the terminal. */
  readonly columns: number
  /** The largest weight of the layer, which has the full color. */
  readonly limit: number
}

/** Draws the weights of neurons as square pictures, as many side by side as fit the terminal. */
export function weightPictures(
  neurons: readonly NamedWeights[],
  side: number,
  { colors, columns, limit }: TextForm,
): string[] {
  const perRow = Math.max(1, Math.floor((columns + 2) / (side + 2)))
  return inRows(neurons, perRow).map((row) => {
    const drawn = row.map(({ weights }) =>
      colors === 'none' ? plainPicture(weights, side, limit) : halfBlocks(weightRaster(weights, side, limit), colors),
    )
    return besideEachOther(
      drawn,
      row.map(({ name }) => name),
      side,
    )
  })
}

/** Divides a list into rows of the same length. Only the last may be shorter. */
function inRows<T>(list: readonly T[], length: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / length) }, (_, row) =>
    list.slice(row * length, (row + 1) * length),
  )
}

/** The characters that a number of a row takes. With colors, both have the color of the number as their background. */
const cellWidth = 2
const nameWidth = 12

/** Draws the weights of neurons as rows of colored cells, one cell for each input. */
export function weightRows(neurons: readonly NamedWeights[], { colors, columns, limit }: TextForm): string[] {
  const perLine = Math.max(1, Math.floor((columns - nameWidth - 1) / cellWidth))
  return neurons.flatMap(({ name, weights }) =>
    inRows(Array.from(weights), perLine).map((cells, line) => {
      const label = line === 0 ? onOneLine(shorten(name, nameWidth)).slice(0, nameWidth) : ''
      const drawn =
        colors === 'none'
          ? cells.map((weight) => characterOf(weight, limit).padEnd(cellWidth)).join('')
          : coloredCells(weightRaster(cells, cells.length, limit), cellWidth, colors)
      return `${label.padEnd(nameWidth)} ${drawn}`.trimEnd()
    }),
  )
}

/** Each pixel of a weight is drawn as this many pixels in both directions where the terminal shows pixels. */
const zoom = 4
const gap = 8
/** The approximate width of a character in pixels, by which the number of pictures in a row is chosen. */
const characterWidth = 8

/** Draws the weights of neurons as square pictures of pixels. Below each row are the numbers of its neurons. */
export function graphicPictures(
  neurons: readonly NamedWeights[],
  side: number,
  { columns, limit }: TextForm,
  way: Graphics,
): string[] {
  const perRow = Math.max(1, Math.floor((columns * characterWidth + gap) / (side * zoom + gap)))
  return inRows(neurons, perRow).map((row) => {
    const raster = joined(row.map(({ weights }) => weightRaster(weights, side, limit)))
    const [first, last] = [row[0], row[row.length - 1]].map(({ name }) => onOneLine(name))
    const caption = row.length === 1 ? first : `${first} to ${last}, from left to right`
    return `${way === 'kitty' ? kittyPicture(raster) : sixelPicture(raster)}\n${caption}`
  })
}

/** Joins pictures of the same size to one, enlarged and with gaps between them. */
function joined(rasters: readonly Raster[]): Raster {
  const [{ width: side, height: rows }] = rasters
  const pitch = side * zoom + gap
  const [width, height] = [pitch * rasters.length - gap, rows * zoom]
  const pixels = new Uint8ClampedArray(4 * width * height)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const column = x % pitch
      const raster = rasters[Math.floor(x / pitch)]
      const from = 4 * (Math.floor(y / zoom) * side + Math.floor(column / zoom))
      const isGap = column >= side * zoom
      pixels.set(isGap ? [...ground, 255] : raster.pixels.subarray(from, from + 4), 4 * (y * width + x))
    }
  }
  return { width, height, pixels }
}
