/** Converts the 16 bits of a half-precision float (IEEE 754 binary16) to a number, exactly. */
export function float16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 0x1f
  const fraction = bits & 0x3ff
  if (exponent === 0x1f) return fraction ? Number.NaN : sign * Infinity
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25))
}

const word = Uint32Array.of(0)
const float = new Float32Array(word.buffer)

/** Converts the 16 bits of a bfloat16 to a number, exactly. They are the upper half of the bits of a float32. */
export function bfloat16(bits: number): number {
  word[0] = bits << 16
  return float[0]
}
