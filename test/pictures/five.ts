import { digits } from '#src/data/digits/digits'
import { type Photo, type PhotoOptions, takePhoto } from '../../bench/photos/photo.js'

const drawn = (await digits({ count: 400, seed: 3 })).inputs as Uint8Array
/** Returns `count` digits, starting at index `from`. */
export const some = (from: number, count: number, pictures: Uint8Array = drawn): Uint8Array[] =>
  Array.from({ length: count }, (_, i) => pictures.subarray((from + i) * 784, (from + i + 1) * 784))

/** Default options, without noise and distortion, so that a test changes only what it is about. */
const plain = { noise: 0, blur: 0, shade: 0, degrees: 0, size: 3, quality: 'png' } as const
const taken = new Map<string, Promise<Photo>>()
/** Returns a photograph of five digits. Photographs are cached: drawing one takes longer than finding its digits. */
export function five(options: Omit<PhotoOptions, 'seed' | 'digits'> = {}): Promise<Photo> {
  const key = JSON.stringify(options)
  const photo =
    taken.get(key) ?? takePhoto({ seed: 5, digits: some(40, 5), polarity: 'dark-on-light', ...plain, ...options })
  taken.set(key, photo)
  return photo
}
