import type { Dataset } from '../../index.js'

/**
 * For each dot of a Braille character, the bit that stands for it in the character code. The character has four rows of
 * two dots (Unicode 16.0, section 21.1).
 */
const dots = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
]
/** The minimum darkness, on a scale from 0 to 1, at which a pixel is shown as a dot. */
const ink = 0.4

/** Whether the rows have the size of square pictures that fit side by side on a terminal. */
export function arePictures({ width }: Dataset): boolean {
  const side = Math.sqrt(width)
  return Number.isInteger(side) && side >= 8 && side <= 28
}

/** Returns a square picture as lines of text. Each character shows eight pixels. */
function drawPicture({ inputs, width, scale }: Dataset, row: number): string[] {
  const side = Math.sqrt(width)
  const isDark = (x: number, y: number): boolean =>
    x < side && y < side && inputs[row * width + y * side + x] * scale >= ink
  return Array.from({ length: Math.ceil(side / 4) }, (_, line) =>
    Array.from({ length: Math.ceil(side / 2) }, (_, column) => {
      const bits = dots.map((pair, dy) =>
        pair.reduce((sum, bit, dx) => sum + (isDark(2 * column + dx, 4 * line + dy) ? bit : 0), 0),
      )
      return String.fromCodePoint(0x2800 + bits.reduce((sum, bit) => sum + bit, 0))
    }).join(''),
  )
}

/** Draws pictures side by side, each with a caption below it. */
export function drawPictures(dataset: Dataset, captions: readonly { row: number; caption: string }[]): string {
  const pictures = captions.map(({ row }) => drawPicture(dataset, row))
  const [{ length: height }] = pictures
  const lines = Array.from({ length: height }, (_, line) => pictures.map((picture) => picture[line]).join('  '))
  const blank = /^[\u2800 ]*$/
  const from = lines.findIndex((line) => !blank.test(line))
  const to = lines.findLastIndex((line) => !blank.test(line)) + 1
  const width = pictures[0][0].length
  const below = captions.map(({ caption }) => caption.padStart(Math.floor((width + caption.length) / 2)).padEnd(width))
  return [...lines.slice(Math.max(0, from), to), below.join('  ')].map((line) => line.trimEnd()).join('\n')
}
