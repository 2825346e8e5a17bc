import type { AugmentOptions } from '../../index.js'
import type { Values } from '../parsing/command.js'
import { type Kind, numberKind } from '../parsing/option-parsers.js'

/**
 * The amounts of augmentation that --augment sets. They suit digits of 28 x 28 pixels. For the methods, see Simard,
 * Steinkraus and Platt (2003).
 */
const usual = { shift: 1, rotation: 8, scale: 0.1, elastic: { alpha: 36, sigma: 5 } }

const elasticKind: Kind<{ alpha: number; sigma: number } | 'none'> = {
  expected: 'none or two numbers of pixels, of at least 0 and of at least 1, such as 36,5',
  read(text) {
    if (text === 'none') return text
    const numbers = text.split(',').map((number) => (number.trim() === '' ? Number.NaN : Number(number)))
    const [alpha, sigma] = numbers
    return numbers.length === 2 && numbers.every(Number.isFinite) && alpha >= 0 && sigma >= 1
      ? { alpha, sigma }
      : undefined
  },
}

/** The options that standardize the inputs or augment pictures. */
export const pictureOptions = {
  standardize: { meaning: 'scales each input to mean 0 and standard deviation 1' },
  augment: {
    meaning: 'augments square pictures differently in each epoch: --shift 1 --rotation 8 --scale 0.1 --elastic 36,5',
  },
  shift: { value: 'PIXELS', kind: numberKind('of at least 0'), meaning: 'moves pictures by at most this much' },
  rotation: { value: 'DEGREES', kind: numberKind('from 0 to 180'), meaning: 'rotates pictures by at most this much' },
  scale: {
    value: 'SHARE',
    kind: numberKind('from 0 to below 1'),
    meaning: 'scales pictures up or down by at most this share',
  },
  elastic: {
    value: 'ALPHA,SIGMA',
    kind: elasticKind,
    meaning: 'distorts pictures elastically by ALPHA pixels, smoothed over SIGMA pixels; or none',
  },
} as const

type Pictures = Pick<AugmentOptions, 'shift' | 'rotation' | 'scale' | 'elastic'>

/**
 * Returns the augmentation of the --from file (`before`) with the changes from the command line. Undefined means no
 * augmentation.
 */
export function readAugmentation(
  args: Values<typeof pictureOptions>,
  before: Pictures | undefined,
): Pictures | undefined {
  const old: Pictures = args.augment ? usual : (before ?? {})
  const { shift = old.shift, rotation = old.rotation, scale = old.scale, elastic = old.elastic } = args
  const pictures = {
    ...(shift && { shift }),
    ...(rotation && { rotation }),
    ...(scale && { scale }),
    ...(elastic && elastic !== 'none' && { elastic }),
  }
  return Object.keys(pictures).length > 0 ? pictures : undefined
}
