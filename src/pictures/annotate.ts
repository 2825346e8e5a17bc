import { DataError, optionError } from '../base/errors.js'
import { isUint8Array } from '../base/typed-arrays.js'
import { writeFileAtomic } from '../base/write-file.js'
import { bytesOf } from './decode.js'
import type { Reading } from './read.js'
import { firstLine, loadSharp } from './sharp.js'

/** The maximum number of pixels in a picture. There is a limit because the complete picture must fit in memory. */
const maxPixels = 2 ** 27

/**
 * Writes a copy of the picture to `outPath` as a PNG file, with a box around each digit, and the label of the digit
 * above the box. The copy is rotated as the EXIF data of the picture says. If writing fails, no partial file is left
 * behind. `readings` are the digits that `readDigits` returned. On a machine without fonts, only the boxes are drawn.
 *
 * @throws DataError if the picture cannot be read or drawn on, or if the PNG file cannot be written; OptionError if an
 * argument has the wrong type; DescentError if the package sharp is missing
 */
export async function annotate(
  picture: string | Uint8Array,
  readings: readonly Pick<Reading, 'box' | 'label'>[],
  outPath: string,
): Promise<void> {
  if (typeof picture !== 'string' && !isUint8Array(picture)) {
    throw optionError({ picture }, 'the path of a picture or its bytes')
  }
  if (!Array.isArray(readings)) throw optionError({ readings }, 'the digits of readDigits')
  const bytes = await bytesOf(picture)
  const sharp = await loadSharp()
  const name = typeof picture === 'string' ? picture : 'the picture'
  const failed = (cause: unknown): never => {
    throw new DataError(`${name}: cannot draw on the picture (${firstLine(cause)})`, { cause })
  }
  const { data, info } = await sharp(bytes, { limitInputPixels: maxPixels })
    .autoOrient()
    .toColorspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
    .catch(failed)
  const { width, height, channels } = info
  const drawn = await sharp(data, { raw: { width, height, channels } })
    .composite([{ input: Buffer.from(overlay(readings, width, height)) }])
    .png()
    .toBuffer()
    .catch(failed)
  await writeFileAtomic(outPath, [drawn], DataError)
}

/** Draws boxes and labels as SVG. The sizes of lines and text depend on the height of each digit. */
function overlay(readings: readonly Pick<Reading, 'box' | 'label'>[], width: number, height: number): string {
  const drawings = readings.map(({ box, label }) => {
    const line = Math.max(1, box.height / 30)
    const size = Math.max(10, box.height / 2.5)
    // The label goes above the box, or inside if there is no room above.
    const baseline = box.top - 2 * line > size ? box.top - 2 * line : box.top + size
    return [
      `<rect x="${box.left}" y="${box.top}" width="${box.width}" height="${box.height}" fill="none"`,
      ` stroke="#e02020" stroke-width="${line}"/>`,
      `<text x="${box.left}" y="${baseline}" font-family="sans-serif" font-size="${size}" font-weight="bold"`,
      ` fill="#e02020">${escapeXml(label)}</text>`,
    ].join('')
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${drawings.join('')}</svg>`
}

/** Escapes text for XML. Removes the control characters that XML 1.0 cannot contain even in escaped form. */
function escapeXml(text: string): string {
  const allowed = text.replace(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, '')
  return allowed.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
