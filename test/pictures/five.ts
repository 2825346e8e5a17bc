import { digits } from '#src/data/digits/digits'
import { type Photo, type PhotoOptions, takePhoto } from '../../bench/photos/photo.js'

const drawn = (await digits({ count: 400, seed: 3 })).inputs as Uint8Array
/** `count` digits from a place in the drawn ones. */
export const some = (from: number, count: number, pictures: Uint8Array = drawn): Uint8Array[] =>
  Array.from({ length: count }, (_, i) => pictures.subarray((from + i) * 784, (from + i + 1) * 784))

/** A row of five that differ in nothing but what a test is about: the first has the labels 0 to 9 once each. */
const plain = { noise: 0, blur: 0, shade: 0, degrees: 0, size: 3, quality: 'png' } as const
const taken = new Map<string, Promise<Photo>>()
/** The same photograph is taken once: to draw it takes longer than to find its digits. */
export function five(options: Omit<PhotoOptions, 'seed' | 'digits'> = {}): Promise<Photo> {
  const asked = JSON.stringify(options)
  const photo =
    taken.get(asked) ?? takePhoto({ seed: 5, digits: some(40, 5), polarity: 'dark-on-light', ...plain, ...options })
  taken.set(asked, photo)
  return photo
}
