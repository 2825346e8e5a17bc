import { expect, it } from 'vitest'
import { palettes } from '#src/drawing/colors'
import { transparentPixelsOf } from '#src/drawing/weight-picture'

it('a transparent pixel has the color of its sign, and is as solid as its number is large', () => {
  const { positive, negative } = palettes['blue-orange']
  expect([...transparentPixelsOf([-2, 0, 1, 9], 2, palettes['blue-orange'])]).toEqual([
    ...[...negative, 255],
    ...[...positive, 0],
    ...[...positive, 128],
    ...[...positive, 255],
  ])
})

it('all pixels are transparent if the limit is 0', () => {
  const pixels = transparentPixelsOf([0, 0], 0, palettes['green-red'])
  expect([pixels[3], pixels[7]]).toEqual([0, 0])
})
