import type { Metadata } from 'sharp'
import { DataError } from '../base/errors.js'
import { openFile, reserve } from '../base/files.js'
import type { Raster } from './raster.js'
import { firstLine, loadSharp } from './sharp.js'

/** A picture, upright and gray, made smaller where it was huge. */
export interface Decoded {
  /** The path, or "the picture": how messages begin. */
  readonly name: string
  /** Upright, before it was made smaller. */
  readonly width: number
  readonly height: number
  /** 0 for black to 255 for white. */
  readonly gray: Raster
}

export interface DecodeLimits {
  /** Pixels that a picture may have. */
  readonly maxPixels: number
  /** The longer side that a picture keeps; a longer one is made smaller. */
  readonly longestSide: number
}

/** Bytes that the file of a picture may have. */
const mostBytes = 2 ** 28
/** Those that do not run programs, load other files or have no size of their own. */
const formats = ['png', 'jpeg', 'webp', 'gif', 'tiff', 'heif', 'avif']
const formatNames = 'PNG, JPEG, WebP, GIF, TIFF or AVIF'

/** @throws DataError naming the file where it cannot be read, is no picture, is damaged or too large */
export async function decode(picture: string | Uint8Array, { maxPixels, longestSide }: DecodeLimits): Promise<Decoded> {
  const name = typeof picture === 'string' ? picture : 'the picture'
  // First what the caller got wrong; what the machine lacks is said only of a file that is there.
  const bytes = await bytesOf(picture)
  const sharp = await loadSharp()
  // Checked below, in words of ours.
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

/** The bytes of a picture's file. @throws DataError where it cannot be read, is empty or too large */
export async function bytesOf(picture: string | Uint8Array): Promise<Uint8Array> {
  const bytes = typeof picture === 'string' ? await readBytes(picture) : picture
  if (bytes.length === 0) throw new DataError(`${typeof picture === 'string' ? picture : 'the picture'}: is empty`)
  return bytes
}

async function readBytes(path: string): Promise<Uint8Array> {
  const file = await openFile(path, DataError)
  try {
    if (file.size > mostBytes) {
      throw new DataError(`${path}: has ${file.size} bytes, the file of a picture may have ${mostBytes}`)
    }
    const bytes = reserve(path, file.size, DataError, () => new Uint8Array(file.size))
    const count = await file.read(bytes, 0)
    if (count < file.size) throw new DataError(`${path}: ends at byte ${count}, it had ${file.size} when it was opened`)
    return bytes
  } finally {
    await file.close()
  }
}

function checkHeader(name: string, header: Metadata, maxPixels: number): { width: number; height: number } {
  if (!formats.includes(header.format)) {
    throw new DataError(`${name}: is ${header.format.toUpperCase()}, a picture must be ${formatNames}`)
  }
  const { width, height } = header.autoOrient
  if (width * height > maxPixels) {
    throw new DataError(`${name}: has ${width} x ${height} pixels, more than the ${maxPixels} of maxPixels`)
  }
  return { width, height }
}

/**
 * Red, green, blue and alpha to luma (ITU-R BT.709). What can be seen through takes the place of paper: it becomes like
 * the median of the rest where it is the smaller part, and its opposite where the rest is what is drawn on it.
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
  const isGround = opaque > 0.5 * 255 * values.length
  const ground = isGround ? median : median < 128 ? 255 : 0
  for (let i = 0; i < values.length; i++) values[i] = ground + (rgba[4 * i + 3] / 255) * (values[i] - ground)
  return values
}
