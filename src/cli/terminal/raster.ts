import { onOneLine } from '../../base/printable.js'

/** Pixels with red, green, blue and alpha, row by row, as `pixelsOf` returns them. Alpha is not used. */
export interface Raster {
  readonly width: number
  readonly height: number
  readonly pixels: Uint8ClampedArray
}

/** How many colors a terminal shows: none, the 256 of xterm, or all of 24 bits. */
export type Colors = 'none' | '256' | 'all'

/** Returns how many colors a stream shows. The environment variables NO_COLOR and FORCE_COLOR are respected. */
export function colorsOf(stream: Pick<NodeJS.WriteStream, 'isTTY' | 'getColorDepth'>): Colors {
  const depth = stream.isTTY ? stream.getColorDepth() : 1
  return depth >= 24 ? 'all' : depth >= 8 ? '256' : 'none'
}

type Rgb = readonly [number, number, number]

function pixelAt({ width, height, pixels }: Raster, x: number, y: number): Rgb | undefined {
  if (y >= height) return undefined
  const at = 4 * (y * width + x)
  return [pixels[at], pixels[at + 1], pixels[at + 2]]
}

const reset = '\x1b[0m'

/** Draws a raster as lines of text. Each character is a half block, which shows two pixels, one above the other. */
export function halfBlocks(raster: Raster, colors: Exclude<Colors, 'none'>): string[] {
  return Array.from({ length: Math.ceil(raster.height / 2) }, (_, line) => {
    let before = ''
    const characters = Array.from({ length: raster.width }, (_, x) => {
      const upper = pixelAt(raster, x, 2 * line)
      const lower = pixelAt(raster, x, 2 * line + 1)
      const code = `\x1b[${[colorCode(38, upper, colors), colorCode(48, lower, colors)].join(';')}m`
      const changed = code === before ? '' : code
      before = code
      return `${changed}▀`
    })
    return `${characters.join('')}${reset}`
  })
}

/** Draws the first row of a raster as cells of blanks, whose background has the color of their pixel. */
export function coloredCells(raster: Raster, cellWidth: number, colors: Exclude<Colors, 'none'>): string {
  const cells = Array.from({ length: raster.width }, (_, x) => {
    return `\x1b[${colorCode(48, pixelAt(raster, x, 0), colors)}m${' '.repeat(cellWidth)}`
  })
  return `${cells.join('')}${reset}`
}

/** Returns the numbers of the escape sequence that sets a color: 38 is for the character, 48 for its background. */
function colorCode(what: 38 | 48, color: Rgb | undefined, colors: Exclude<Colors, 'none'>): string {
  if (!color) return String(what + 1)
  return colors === 'all' ? `${what};2;${color.join(';')}` : `${what};5;${nearestOf256(color)}`
}

/** The levels of red, green and blue in the color cube of xterm. */
const levels = [0, 95, 135, 175, 215, 255]

/** Returns the number of the nearest of xterm's 256 colors: one of the cube, or one of the 24 grays. */
export function nearestOf256(color: Rgb): number {
  const places = color.map((value) => nearest(levels, value))
  const cube = places.map((place) => levels[place])
  const gray = Math.min(Math.max(Math.round(((color[0] + color[1] + color[2]) / 3 - 8) / 10), 0), 23)
  const shade = 8 + 10 * gray
  const isGrayNearer = distance(color, [shade, shade, shade]) < distance(color, cube)
  return isGrayNearer ? 232 + gray : 16 + 36 * places[0] + 6 * places[1] + places[2]
}

function nearest(numbers: readonly number[], value: number): number {
  let best = 0
  for (const [i, number] of numbers.entries()) {
    if (Math.abs(number - value) < Math.abs(numbers[best] - value)) best = i
  }
  return best
}

const distance = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, i) => sum + (value - b[i]) ** 2, 0)

/** Joins drawings side by side, each with a caption below it. All have the same number of lines. */
export function besideEachOther(
  drawings: readonly (readonly string[])[],
  captions: readonly string[],
  width: number,
): string {
  const lines = drawings[0].map((_, line) => drawings.map((one) => one[line]).join('  '))
  const below = captions.map((caption) => onOneLine(caption).slice(0, width).padEnd(width)).join('  ')
  return [...lines, below.trimEnd()].join('\n')
}
