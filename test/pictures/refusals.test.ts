import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findDigits } from '#src/pictures/find'
import { failure, temporaryFolder } from '../support/files.js'

const folder = temporaryFolder()
const bytes = readFileSync(new URL('../../docs/photo.jpg', import.meta.url))

describe('findDigits refuses wrong input', () => {
  it('names a file that is missing, not a picture, or empty', async () => {
    const path = join(folder, 'notes.txt')
    writeFileSync(path, 'no picture at all')
    expect(await failure(findDigits(path))).toBe(
      `DataError: ${path}: is not a picture in PNG, JPEG, WebP, GIF, TIFF or AVIF (Input buffer contains unsupported image format)`,
    )
    writeFileSync(path, '')
    expect(await failure(findDigits(path))).toBe(`DataError: ${path}: is empty`)
    expect(await failure(findDigits(join(folder, 'none.png')))).toBe(
      `DataError: cannot read ${join(folder, 'none.png')}: there is no such file`,
    )
    expect(await failure(findDigits(folder))).toBe(`DataError: cannot read ${folder}: it is a folder`)
    expect(await failure(findDigits(new Uint8Array(9)))).toBe(
      'DataError: the picture: is not a picture in PNG, JPEG, WebP, GIF, TIFF or AVIF (Input buffer contains unsupported image format)',
    )
  })

  it('does not draw SVG', async () => {
    const path = join(folder, 'drawing.svg')
    writeFileSync(path, '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20"/>')
    expect(await failure(findDigits(path))).toBe(
      `DataError: ${path}: is SVG, but a picture must be PNG, JPEG, WebP, GIF, TIFF or AVIF`,
    )
  })

  it('refuses a picture with too many pixels before it decodes them', async () => {
    expect(await failure(findDigits(bytes, { maxPixels: 1000 }))).toBe(
      'DataError: the picture: has 598 x 163 pixels, more than the 1000 of maxPixels',
    )
  })

  it('checks its arguments', async () => {
    const cases: [unknown, unknown, string][] = [
      [7, {}, 'picture must be the path of a picture or its bytes, not 7'],
      [bytes, null, 'options must be an object, not null'],
      [bytes, { maxPixel: 1 }, 'unknown picture option "maxPixel"; known: polarity, maxPixels, signal'],
      [bytes, { maxPixels: 0.5 }, 'maxPixels must be a whole number of at least 1, not 0.5'],
      [bytes, { signal: 'now' }, 'signal must be an AbortSignal, not "now"'],
      [bytes, { polarity: 'dark' }, `polarity must be 'dark-on-light' or 'light-on-dark', not "dark"`],
    ]
    for (const [picture, options, message] of cases) {
      expect(await failure(findDigits(picture as string, options as object))).toBe(`OptionError: ${message}`)
    }
  })
})
