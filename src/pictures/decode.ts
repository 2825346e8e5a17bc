import type { Metadata } from 'sharp'
import { DataError } from '../base/errors.js'
import { openFile, reserve } from '../base/files.js'
import { checkAttached } from '../base/typed-arrays.js'
import type { Raster } from './raster.js'
import { firstLine, loadSharp } from './sharp.js'

/** A decoded picture. It is rotated as its EXIF data says, converted to gray, and reduced if it was too large. */
export interface Decoded {
  /** The path of the picture, or "the picture" if it was given as bytes. Error messages begin with this name. */
  readonly name: string
  /** Size of the picture in pixels, after it was rotated as its EXIF data says, and before it was reduced. */
  readonly width: number
  readonly height: number
  /** The gray values, from 0 for black to 255 for white. */
  readonly gray: Raster
}

export interface DecodeLimits {
  /** The largest number of pixels that a picture may have. */
  readonly maxPixels: number
  /** The maximum length of the longer side, in pixels. Larger pictures are reduced to this length. */
  readonly longestSide: number
}

/** The largest size of a picture file, in bytes. */
const maxBytes = 2 ** 28
/** The accepted formats, which store only pixels. Formats that can load other files, such as SVG, are refused. */
const formats = ['png', 'jpeg', 'webp', 'gif', 'tiff', 'heif', 'avif']
const formatNames = 'PNG, JPEG, WebP, GIF, TIFF or AVIF'

/**
 * Decodes a picture. If its longer side has more than `longestSide` pixels, the picture is reduced to that size.
 * @throws DataError if the picture cannot be read, is not in an accepted format, is damaged or is too large;
 * DescentError if the package sharp is missing
 */
export async function decode(picture: string | Uint8Array, { maxPixels, longestSide }: DecodeLimits): Promise<Decoded> {
  const name = typeof picture === 'string' ? picture : 'the picture'
  // Read the file first, so that a wrong path is reported even if sharp is missing.
  const bytes = await bytesOf(picture)
  const sharp = await loadSharp()
  // Turn off sharp's limit on the number of pixels, because checkHeader checks this number and throws a clearer error.
  const header = await sharp(bytes, { limitInputPixels: false })
    .metadata()
    .catch((cause) => {
      throw new DataError(`${name}: is not a picture in ${formatNames} (${firstLine(cause)})`, { cause })
    })
  const { width, height } = checkHeader(name, header, maxPixels)
  const { data, info } = await sharp(bytes, { limitInputPixels: maxPixels, failOn: 'warning' })
    .autoOrient()
    .resize({ width: longestSide, height: longestSide, fit: 'inside', withoutEnlargement: true })
    .toColorspace('srgb')
    .ensureAlpha()
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
    .catch((cause) => {
      throw new DataError(`${name}: the ${header.format} picture is damaged (${firstLine(cause)})`, { cause })
    })
  if (info.channels !== 4 || data.length !== info.width * info.height * 4) {
    throw new DataError(`${name}: decodes to ${info.channels} channels instead of red, green, blue and alpha`)
  }
  return { name, width, height, gray: { width: info.width, height: info.height, values: flatten(data) } }
}

/**
 * Returns the bytes of a picture, which is given as a path or as bytes.
 * @throws DataError if the file cannot be read or is too large, or if there are no bytes
 */
export async function bytesOf(picture: string | Uint8Array): Promise<Uint8Array> {
  const bytes = typeof picture === 'string' ? await readBytes(picture) : picture
  checkAttached('the picture', bytes)
  if (bytes.length === 0) throw new DataError(`${typeof picture === 'string' ? picture : 'the picture'}: is empty`)
  return bytes
}

async function readBytes(path: string): Promise<Uint8Array> {
  const file = await openFile(path, DataError)
  try {
    if (file.size > maxBytes) {
      throw new DataError(`${path}: has ${file.size} bytes, but a picture file may have at most ${maxBytes}`)
    }
    const bytes = reserve(path, file.size, DataError, () => new Uint8Array(file.size))
    const count = await file.read(bytes, 0)
    if (count < file.size)
      throw new DataError(`${path}: ends at byte ${count}, but it had ${file.size} bytes when it was opened`)
    return bytes
  } finally {
    await file.close()
  }
}

function checkHeader(name: string, header: Metadata, maxPixels: number): { width: number; height: number } {
  if (!formats.includes(header.format)) {
    throw new DataError(`${name}: is ${header.format.toUpperCase()}, but a picture must be ${formatNames}`)
  }
  const { width, height } = header.autoOrient
  if (width * height > maxPixels) {
    throw new DataError(`${name}: has ${width} x ${height} pixels, more than the ${maxPixels} of maxPixels`)
  }
  return { width, height }
}

/**
 * Converts red, green, blue and alpha to luma (ITU-R BT.709). Transparent pixels are blended with a background. If more
 * than half of the picture is opaque, the opaque pixels are mostly paper, so the background is their median luma.
 * Otherwise, they are mostly ink, so the background is white for dark ink and black for light ink.
 */
function flatten(rgba: Uint8Array): Float32Array {
  const values = new Float32Array(rgba.length / 4)
  const histogram = new Float64Array(256)
  let opaque = 0
  for (let i = 0; i < values.length; i++) {
    const luma = 0.2126 * rgba[4 * i] + 0.7152 * rgba[4 * i + 1] + 0.0722 * rgba[4 * i + 2]
    values[i] = luma
    histogram[Math.round(luma)] += rgba[4 * i + 3]
    opaque += rgba[4 * i + 3]
  }
  if (opaque === 255 * values.length) return values
  let median = 0
  for (let below = histogram[0]; below < opaque / 2 && median < 255; ) below += histogram[++median]
  const isPaperOpaque = opaque > 0.5 * 255 * values.length
  const background = isPaperOpaque ? median : median < 128 ? 255 : 0
  for (let i = 0; i < values.length; i++) values[i] = background + (rgba[4 * i + 3] / 255) * (values[i] - background)
  return values
}
