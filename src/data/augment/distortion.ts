import { createRandom } from '../../base/random.js'
import { createAffine, drawAffine } from './affine.js'
import { createElasticField } from './elastic.js'
import type { Settings } from './settings.js'
import { createWarp } from './warp.js'

/**
 * Writes a distorted copy of `picture` to `result`. The copy depends only on the settings, `epoch`, `index` and
 * `picture`.
 */
export type Distortion = (epoch: number, index: number, picture: Uint8Array, result: Uint8Array) => void

export function createDistortion(settings: Settings): Distortion {
  const { seed, width, height, elastic } = settings
  const affine = createAffine()
  const field = elastic && createElasticField(elastic, width, height)
  const warp = createWarp(width, height)
  return (epoch, index, picture, result) => {
    const random = createRandom(seed, 'augmentation', epoch, index)
    drawAffine(affine, settings, random)
    field?.draw(random)
    warp(picture, affine, field, result)
  }
}
