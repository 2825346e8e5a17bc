/**
 * Encodes protobuf fields: a tag (field number and wire type), followed by a varint, or by a length and bytes.
 * https://protobuf.dev/programming-guides/encoding/
 */

const encoder = new TextEncoder()

/** An encoded field or message, in parts that are to be concatenated. */
export type Parts = readonly Uint8Array[]

/** Encodes an integer of at least 0 as a varint, which has 7 bits in each byte, the lowest bits first. */
function varint(value: number): Uint8Array {
  const bytes: number[] = []
  for (; value > 127; value = Math.floor(value / 128)) bytes.push((value % 128) + 128)
  return Uint8Array.from([...bytes, value])
}

/** Encodes a signed integer as a varint. A negative integer is encoded as 64 bits in two's complement. */
function signed(value: number): Uint8Array {
  if (value >= 0) return varint(value)
  const bits = BigInt.asUintN(64, BigInt(value))
  return Uint8Array.from({ length: 10 }, (_, i) => Number((bits >> BigInt(7 * i)) & 127n) | (i < 9 ? 128 : 0))
}

export function sizeOf(parts: Parts): number {
  return parts.reduce((total, { length }) => total + length, 0)
}

export function integer(field: number, value: number): Parts {
  return [varint(field * 8), signed(value)]
}

export function bytes(field: number, value: Uint8Array): Parts {
  return [varint(field * 8 + 2), varint(value.length), value]
}

export function text(field: number, value: string): Parts {
  return bytes(field, encoder.encode(value))
}

/**
 * Encodes a nested message. The byte arrays of its fields are kept separate and not copied into one array, because a
 * field can be a large matrix.
 */
export function message(field: number, ...fields: readonly Parts[]): Parts {
  const parts = fields.flat()
  return [varint(field * 8 + 2), varint(sizeOf(parts)), ...parts]
}
