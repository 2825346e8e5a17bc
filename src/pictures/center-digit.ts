import { checkInteger } from '../base/checks.js'
import { DataError, optionError } from '../base/errors.js'
import type { FloatArray } from '../base/memory.js'
import { crop, fitInto, middleOfMnist, minInk, side } from './normalize.js'

/**
 * Scales and moves a drawn digit, as the digits were that a network has learned from: the longer side of its ink is 20
 * pixels of a picture of 28 x 28. The center of mass of MNIST's digits is in the pixel of row 14 and column 14, counted
 * from 0. That of `digits` is in the middle of the picture, half a pixel above and to the left, to the nearest pixel: a
 * small network reads some percent of the other kind worse. Ink of less than a quarter at the outer edge of the drawing
 * does not count as part of it.
 *
 * @param ink The drawing (height x width, row-major), from 0 for paper to 1 for full ink.
 * @param width The number of columns of the drawing, at least 1.
 * @param like Whether the network has learned from MNIST or from `digits`. Default 'mnist'.
 * @returns 784 bytes: 28 x 28 pixels, row-major, from 0 for paper to 255 for ink. All are 0 if no pixel has a quarter
 * of full ink.
 * @throws OptionError if the width is not a whole number of at least 1, or `like` is another name; DataError if the length of the drawing is not
 * a multiple of the width, or if a number is not from 0 to 1
 * @example
 * ```ts
 * import { centerDigit, Network } from 'descent-nn'
 *
 * const network = await Network.load('digits.safetensors')
 * const ink = new Float32Array(140 * 140)
 * for (let y = 20; y < 80; y++) ink.fill(1, 140 * y + 30, 140 * y + 36)
 * console.log(await network.classify([centerDigit(ink, 140)]))
 * ```
 */
export function centerDigit(ink: FloatArray, width: number, like: 'mnist' | 'digits' = 'mnist'): Uint8Array {
  checkInteger({ width }, 1)
  if (like !== 'mnist' && like !== 'digits') throw optionError({ like }, "'mnist' or 'digits'")
  if (ink.length % width !== 0) {
    throw new DataError(`the drawing has ${ink.length} numbers, which is not a multiple of its width ${width}`)
  }
  const values = new Float32Array(ink)
  let most = 0
  // A loop, because a page does this for each move of a pen, and functions would take several times as long.
  for (let i = 0; i < ink.length; i++) {
    if (!(ink[i] >= 0 && ink[i] <= 1)) {
      const place = `row ${Math.floor(i / width)}, column ${i % width}`
      throw new DataError(`the drawing has ${ink[i]} in ${place}, not a number from 0 for paper to 1 for ink`)
    }
    most = Math.max(most, values[i])
  }
  if (most < minInk) return new Uint8Array(side * side)
  return fitInto(crop({ width, height: ink.length / width, values }), like === 'mnist' ? middleOfMnist : side / 2)
}
