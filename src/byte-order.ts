import { endianness } from 'node:os'

/** Turns numbers of `size` bytes (1, 2, 4 or 8) from the byte order of a file into the machine's, or back, in place. */
export function reorderBytes(numbers: ArrayBufferView, size: number, fileOrder: 'LE' | 'BE'): void {
  if (fileOrder === endianness()) return
  const bytes = Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength)
  if (size === 2) bytes.swap16()
  if (size === 4) bytes.swap32()
  if (size === 8) bytes.swap64()
}
