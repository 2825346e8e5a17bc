import { type Color, colorOf, type Palette } from './colors.js'

/** The largest absolute value of some numbers. All weight pictures of a layer share it, so that they can be compared. */
export function largest(values: ArrayLike<number>): number {
  let limit = 0
  for (let i = 0; i < values.length; i++) limit = Math.max(limit, Math.abs(values[i]))
  return limit
}

/**
 * Returns the pixels of a picture of some numbers, such as the weights of a neuron: red, green, blue and alpha of each,
 * row by row.
 */
export function pixelsOf(
  values: ArrayLike<number>,
  limit: number,
  palette: Palette,
  background: Color,
): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint8ClampedArray(4 * values.length)
  for (let i = 0; i < values.length; i++) pixels.set([...colorOf(values[i], limit, palette, background), 255], 4 * i)
  return pixels
}

/**
 * Returns the width and the height of the pictures that the inputs of a network seem to be: squares of 8 x 8 or more. Inputs
 * with names are the columns of a table, and no pictures. Where rows of data are at hand, pictures are bytes.
 */
export function pictureSide(
  inputs: number,
  inputNames: readonly string[] | undefined,
  rows?: ArrayLike<number>,
): number | undefined {
  if (inputNames !== undefined || (rows !== undefined && !(rows instanceof Uint8Array))) return undefined
  const side = Math.sqrt(inputs)
  return Number.isInteger(side) && side >= 8 ? side : undefined
}
