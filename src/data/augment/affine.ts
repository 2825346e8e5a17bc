import { sineAndCosine } from '../../base/exact-math.js'
import type { Random } from '../../base/random.js'
import type { Settings } from './settings.js'

/**
 * Maps a pixel (x, y) of the new picture to its source point in the old picture. With dx = x - shiftX and
 * dy = y - shiftY, the source point is (xx * dx + xy * dy, yx * dx + yy * dy). All coordinates are in pixels from the
 * center of the picture.
 */
export interface Affine {
  xx: number
  xy: number
  yx: number
  yy: number
  shiftX: number
  shiftY: number
}

export function createAffine(): Affine {
  return { xx: 1, xy: 0, yx: 0, yy: 1, shiftX: 0, shiftY: 0 }
}

/**
 * Sets `xx`, `xy`, `yx` and `yy` to the inverse of this transformation: scale the width by `scaleX` and the height by
 * `scaleY`, then rotate clockwise by `degrees`.
 */
export function setAffine(affine: Affine, scaleX: number, scaleY: number, degrees: number): void {
  const { sin, cos } = sineAndCosine((degrees / 180) * Math.PI)
  affine.xx = cos / scaleX
  affine.xy = sin / scaleX
  affine.yx = -sin / scaleY
  affine.yy = cos / scaleY
}

/**
 * Chooses the affine part of a distortion at random. It uses five random numbers even if some settings are 0, so that
 * changing one setting does not change the effect of the others.
 */
export function drawAffine(affine: Affine, { shift, rotation, scale }: Settings, random: Random): void {
  affine.shiftX = shift * symmetric(random)
  affine.shiftY = shift * symmetric(random)
  const degrees = rotation * symmetric(random)
  const scaleX = 1 + scale * symmetric(random)
  const scaleY = 1 + scale * symmetric(random)
  setAffine(affine, scaleX, scaleY, degrees)
}

/** Returns a random number from -1 (included) to 1 (excluded). */
function symmetric(random: Random): number {
  return 2 * random.uniform() - 1
}
