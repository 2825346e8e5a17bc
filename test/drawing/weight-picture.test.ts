import { describe, expect, it } from 'vitest'
import { pictureSide } from '#src/drawing/weight-picture'

describe('pictureSide', () => {
  it('takes squares of inputs without names for pictures', () => {
    expect([64, 784, 63, 49].map((inputs) => pictureSide(inputs, undefined))).toEqual([8, 28, undefined, undefined])
    expect(
      pictureSide(
        64,
        Array.from({ length: 64 }, (_, i) => `column ${i}`),
      ),
    ).toBeUndefined()
  })

  it('takes rows of numbers that are no bytes for no pictures', () => {
    expect(pictureSide(64, undefined, new Uint8Array(128))).toBe(8)
    expect(pictureSide(64, undefined, new Float32Array(128))).toBeUndefined()
  })
})
