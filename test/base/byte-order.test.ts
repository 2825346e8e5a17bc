import { endianness } from 'node:os'
import { expect, it } from 'vitest'
import { reorderBytes } from '#src/base/byte-order'

const other = endianness() === 'LE' ? 'BE' : 'LE'

it.each([1, 2, 4, 8])(
  'numbers of %i bytes are swapped, and left alone where the order is already the machine’s',
  (size) => {
    const bytes = Uint8Array.from({ length: 32 }, (_, i) => i)
    // A view that does not begin at the start of its memory.
    const part = bytes.subarray(8, 24)
    reorderBytes(part, size, endianness())
    expect([...part]).toEqual(Array.from({ length: 16 }, (_, i) => i + 8))
    reorderBytes(part, size, other)
    const swapped = Buffer.from(Array.from({ length: 16 }, (_, i) => i + 8))
    if (size > 1) swapped[`swap${8 * size}` as 'swap16' | 'swap32' | 'swap64']()
    expect([...part]).toEqual([...swapped])
    expect([...bytes.subarray(0, 8), ...bytes.subarray(24)]).toEqual([
      0, 1, 2, 3, 4, 5, 6, 7, 24, 25, 26, 27, 28, 29, 30, 31,
    ])
  },
)
