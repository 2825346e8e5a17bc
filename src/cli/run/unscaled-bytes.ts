import type { Dataset } from '../../index.js'
import { isArray } from '../input/table-readers.js'
import { isStream, type RowStream } from '../input/table-stream.js'
import { isTablePlace, type Place } from '../options/data-options.js'
import type { Training } from '../options/training-options.js'

/** Pictures have at least this many pixels. A few columns of whole numbers are more likely something else. */
const fewestColumns = 16
/** Bytes of pictures reach almost 255. Numbers that stay below 128, such as counts, would be scaled to nearly 0. */
const smallestMaximum = 128
/** The number of rows that are examined. */
const examinedRows = 1000

/**
 * Returns a hint if the inputs look like bytes of pictures that are not scaled. With inputs of such a size the neurons
 * saturate, and the network learns badly. Resolves to undefined if the inputs look like something else.
 */
export async function hintOnBytes(
  rows: Dataset | RowStream,
  place: Place,
  { standardize }: Training,
): Promise<string | undefined> {
  if (standardize || !isTablePlace(place) || place.bytes || rows.width < fewestColumns) return undefined
  const examined = isStream(rows) ? await rows.first(examinedRows) : rows.slice(0, Math.min(examinedRows, rows.rows))
  const { inputs, scale } = examined
  if (scale !== 1 || inputs instanceof Uint8Array || !looksLikeBytes(inputs)) return undefined
  const remedy = isArray(place.table)
    ? 'saved as uint8, as by x.astype("uint8"), they are scaled to 0 to 1'
    : '--bytes scales them to 0 to 1'
  return `the inputs look like bytes, whole numbers from 0 to 255, with which a network learns badly: ${remedy}`
}

function looksLikeBytes(inputs: Float32Array | Float64Array): boolean {
  let largest = 0
  for (const value of inputs) {
    if (!(value >= 0 && value <= 255 && Number.isInteger(value))) return false
    largest = Math.max(largest, value)
  }
  return largest >= smallestMaximum
}
