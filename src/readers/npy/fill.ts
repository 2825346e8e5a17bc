import { endianness } from 'node:os'
import { reorderBytes } from '../../base/byte-order.js'
import { DataError } from '../../base/errors.js'
import { npyDtypes } from './dtypes.js'
import { type OpenNpy, sizeError } from './header.js'

/** The number of elements that are read at a time. The event loop can run other tasks between two reads. */
const blockLength = 2 ** 16

/** An array into which `fill` writes numbers. */
type Target = { [index: number]: number; readonly length: number }

/**
 * Reads the next `target.length` numbers of an array into `target`. `first` is the index of the first of these numbers
 * in the complete array. `check` is called with each number, its index in `target`, and its byte offset in the file.
 * @throws DataError if the content ends too early, or if a number is invalid for the dtype
 */
export async function fill(
  npy: OpenNpy,
  target: Target,
  first = 0,
  check?: (value: number, index: number, offset: number) => void,
): Promise<void> {
  const { source, dtype, byteOrder, headerSize } = npy
  const { Raw, Numbers, decode } = npyDtypes[dtype]
  const size = Raw.BYTES_PER_ELEMENT
  const inOrder = size === 1 || byteOrder === endianness()
  if (inOrder && !decode && !check && !npy.fortranOrder && ArrayBuffer.isView(target) && target instanceof Numbers) {
    const count = await source.read(new Uint8Array(target.buffer, target.byteOffset, target.byteLength))
    if (count < target.byteLength) throw sizeError(npy, first * size + count)
    return
  }
  const places = placesOf(npy)
  const block = new Raw(Math.min(blockLength, target.length))
  for (let done = 0; done < target.length; done += block.length) {
    const part = block.subarray(0, target.length - done)
    const count = await source.read(new Uint8Array(part.buffer, 0, part.byteLength))
    if (count < part.byteLength) throw sizeError(npy, (first + done) * size + count)
    reorderBytes(part, size, byteOrder)
    for (let i = 0; i < part.length; i++) {
      const raw = part[i]
      const value = decode ? decode(raw) : Number(raw)
      const offset = headerSize + (first + done + i) * size
      if (typeof value === 'string') throw new DataError(`${source.path}: byte ${offset}: ${value}`)
      check?.(value, done + i, offset)
      target[places ? places() : done + i] = value
    }
  }
}

/**
 * For an array in Fortran order, returns a function without parameters. Its first call returns the row-major index of
 * the first number in the file, its second call the row-major index of the second number, and so on. If the numbers in
 * the file are already in row-major order, `placesOf` returns undefined.
 */
function placesOf({ fortranOrder, shape }: OpenNpy): (() => number) | undefined {
  if (!fortranOrder || shape.length < 2) return undefined
  const strides = shape.map((_, i) => shape.slice(i + 1).reduce((product, size) => product * size, 1))
  const index = shape.map(() => 0)
  let next = 0
  return () => {
    const place = next
    for (let i = 0; i < shape.length; i++) {
      next += strides[i]
      if (++index[i] < shape[i]) break
      next -= strides[i] * shape[i]
      index[i] = 0
    }
    return place
  }
}

/**
 * Checks that the content ends after the numbers. For gzip and zip, reading to the end also verifies the checksum.
 * @throws DataError if more content follows
 */
export async function checkEnd(npy: OpenNpy): Promise<void> {
  if ((await npy.source.read(new Uint8Array(1))) !== 0) throw sizeError(npy, Infinity)
}
