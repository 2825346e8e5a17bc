const machineOrder = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? 'LE' : 'BE'

/**
 * Converts numbers of `size` bytes (1, 2, 4 or 8), in place, between the file's byte order and the machine's byte
 * order.
 */
export function reorderBytes(numbers: ArrayBufferView, size: number, fileOrder: 'LE' | 'BE'): void {
  if (fileOrder === machineOrder || size === 1) return
  const bytes = new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength)
  for (let start = 0; start < bytes.length; start += size) {
    for (let low = start, high = start + size - 1; low < high; low++, high--) {
      const byte = bytes[low]
      bytes[low] = bytes[high]
      bytes[high] = byte
    }
  }
}
