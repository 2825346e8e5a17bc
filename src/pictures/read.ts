import { classOf, confidenceIn } from '../base/argmax.js'
import { OptionError, optionError } from '../base/errors.js'
import type { Network } from '../network/network.js'
import { type FindOptions, findDigits } from './find.js'
import type { Box } from './raster.js'

/** A digit that was found in a picture and classified by the network. */
export interface Reading {
  /** The class, as `classify` gives it: 0 to 9 if the network was trained on digits. */
  readonly digit: number
  /** The name of the class if the network has class names, otherwise the class number. */
  readonly label: string
  /** The output of this class. It is a probability if the output layer is softmax. */
  readonly confidence: number
  /** The box around the digit, in pixels of the picture after it was rotated as its EXIF data says. */
  readonly box: Box
  /** The index of the digit's row. The top row has the index 0. */
  readonly row: number
}

export interface ReadPicture {
  /** The digits of the first row from left to right, then the digits of the row below it, and so on. */
  readonly digits: readonly Reading[]
  /** The labels of all digits, with one line of text for each row of digits. */
  readonly text: string
  /** Size of the picture in pixels, after it was rotated as its EXIF data says. */
  readonly width: number
  readonly height: number
}

const pixelsOfDigit = 784

/**
 * Finds the digits in a picture as `findDigits` does, and classifies them with a network. The network must have been
 * trained on MNIST or `digits()`: its 784 inputs are the pixels of a picture of 28 x 28 pixels, from 0 for paper to 1
 * for ink. If no digits are found, the returned `digits` and `text` are empty.
 *
 * @throws every error that `findDigits` throws; OptionError if the network does not have 784 inputs; NetworkBusyError
 * while the network does something else
 */
export async function readDigits(
  network: Network,
  picture: string | Uint8Array,
  options: FindOptions = {},
): Promise<ReadPicture> {
  const { inputs, layers } = checkNetwork(network)
  const { digits: found, width, height } = await findDigits(picture, options)
  if (found.length === 0) return { digits: [], text: '', width, height }
  const rows = new Uint8Array(found.length * inputs)
  found.forEach(({ pixels }, i) => {
    rows.set(pixels, i * inputs)
  })
  const outputs = await network.predict(rows, { signal: options.signal })
  const { outputs: count } = layers[layers.length - 1]
  const digits = found.map(({ box, row }, i) => {
    const digit = classOf(outputs, i * count, count)
    const confidence = confidenceIn(digit, outputs, i * count, count)
    return { digit, label: network.labelNames?.[digit] ?? String(digit), confidence, box, row }
  })
  return { digits, text: textOf(digits), width, height }
}

function checkNetwork(network: Network): Network['description'] {
  const description = network?.description
  if (description === undefined) throw optionError({ network }, 'a Network')
  if (description.inputs !== pixelsOfDigit) {
    throw new OptionError(
      `the network has ${description.inputs} inputs, but a digit has ${pixelsOfDigit} pixels (28 x 28)`,
    )
  }
  return description
}

function textOf(digits: readonly Reading[]): string {
  const lines: string[] = []
  for (const { row, label } of digits) lines[row] = (lines[row] ?? '') + label
  return lines.join('\n')
}
