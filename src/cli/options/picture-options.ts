import type { AugmentOptions } from '../../index.js'
import type { Arguments } from '../parsing/arguments.js'

/** What Simard, Steinkraus and Platt (2003) did to digits, in measures that those of 28 x 28 pixels bear. */
const usual = { shift: 1, rotation: 8, scale: 0.1, elastic: { alpha: 36, sigma: 5 } }

/** How examples are changed before a network learns from them. */
export const pictureOptions = {
  standardize: { meaning: 'brings each input to mean 0 and deviation 1' },
  augment: { meaning: 'makes square pictures over in each epoch: --shift 1 --rotation 8 --scale 0.1 --elastic 36,5' },
  shift: { value: 'PIXELS', meaning: 'moves pictures by so much at most' },
  rotation: { value: 'DEGREES', meaning: 'turns pictures by so much at most' },
  scale: { value: 'SHARE', meaning: 'makes pictures larger or smaller by so much at most' },
  elastic: { value: 'ALPHA,SIGMA', meaning: 'bends strokes by noise of ALPHA pixels, smooth over SIGMA; or none' },
} as const

type Pictures = Pick<AugmentOptions, 'shift' | 'rotation' | 'scale' | 'elastic'>

/** What was typed instead of what stood before; undefined where nothing is done to pictures. @throws UsageError */
export function readAugmentation(
  args: Arguments<keyof typeof pictureOptions>,
  before: Pictures | undefined,
): Pictures | undefined {
  const old: Pictures = args.has('augment') ? usual : (before ?? {})
  const typed = readElastic(args)
  const shift = args.number('shift', 'of at least 0') ?? old.shift
  const rotation = args.number('rotation', 'from 0 to 180') ?? old.rotation
  const scale = args.number('scale', 'from 0 to below 1') ?? old.scale
  const elastic = typed === undefined ? old.elastic : typed
  const pictures = {
    ...(shift && { shift }),
    ...(rotation && { rotation }),
    ...(scale && { scale }),
    ...(elastic && { elastic }),
  }
  return Object.keys(pictures).length > 0 ? pictures : undefined
}

/** null for "none". */
function readElastic(
  args: Arguments<keyof typeof pictureOptions>,
): { alpha: number; sigma: number } | null | undefined {
  const text = args.text('elastic')
  if (text === undefined) return undefined
  if (text === 'none') return null
  const [alpha, sigma, ...more] = text.split(',').map((number) => (number.trim() === '' ? Number.NaN : Number(number)))
  if (Number.isFinite(alpha) && alpha >= 0 && Number.isFinite(sigma) && sigma >= 1 && more.length === 0) {
    return { alpha, sigma }
  }
  return args.refuse('elastic', 'none or two numbers of pixels, of at least 0 and of at least 1, such as 36,5')
}
