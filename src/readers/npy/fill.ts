import { endianness } from 'node:os'
import { reorderBytes } from '../../base/byte-order.js'
import { DataError } from '../../base/errors.js'
import { npyDtypes } from './dtypes.js'
import { type OpenNpy, sizeError } from './header.js'

/** Numbers converted at a time: the event loop breathes between two pieces. */
const pieceLength = 2 ** 16

/** What numbers are put into; its elements are set one by one. */
type Target = { [index: number]: number; readonly length: number }

/**
 * Reads the next `count` numbers of an array, of which the first has the number `first`, into `target`; `check` sees each
 * one and its place in the file.
 * @throws DataError where the content ends before, or a number is none of its type
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
  const piece = new Raw(Math.min(pieceLength, target.length))
  for (let done = 0; done < target.length; done += piece.length) {
    const part = piece.subarray(0, target.length - done)
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

/** For numbers in Fortran order: where each one belongs in row-major order, one after the other. */
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

/** Throws where content follows the numbers; for gzip and zip this is also where the checksum at its end is compared. */
export async function checkEnd(npy: OpenNpy): Promise<void> {
  if ((await npy.source.read(new Uint8Array(1))) !== 0) throw sizeError(npy, Infinity)
}
