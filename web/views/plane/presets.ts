import { createRandom } from '#src/base/random'
import type { Range } from '#src/drawing/contours'

/** A point of the plane and its class. */
export interface Point {
  readonly x: number
  readonly y: number
  readonly label: 0 | 1
}

/** Points with two classes, and the part of the plane in which they are shown. */
export interface Points {
  readonly points: readonly Point[]
  readonly x: Range
  readonly y: Range
  /** The names of the axes and of the classes, if the points are from a table. */
  readonly names: { readonly axes: readonly [string, string]; readonly classes: readonly [string, string] } | undefined
}

export const presetNames = ['clusters', 'circle', 'xor', 'spirals', 'empty'] as const
export type PresetName = (typeof presetNames)[number]

const count = 160

/** Draws the points of a preset. The same seed gives the same points. */
export function drawPreset(name: PresetName, seed: number): Points {
  const random = createRandom(seed, 'plane', name)
  const noise = (deviation: number) => deviation * random.normal()
  const symmetric = () => 2 * random.uniform() - 1
  const draw: Record<PresetName, (label: 0 | 1, share: number) => readonly [number, number]> = {
    clusters: (label) => [(label === 1 ? 0.45 : -0.45) + noise(0.18), (label === 1 ? 0.4 : -0.4) + noise(0.18)],
    circle: (label) => {
      const angle = 2 * Math.PI * random.uniform()
      const radius = label === 1 ? 0.4 * Math.sqrt(random.uniform()) : 0.65 + 0.27 * random.uniform()
      return [radius * Math.cos(angle), radius * Math.sin(angle)]
    },
    xor: (label) => {
      const [x, y] = [symmetric() * 0.9, symmetric() * 0.9]
      // A gap along both axes keeps the classes apart.
      const apart = (value: number) => value + (value < 0 ? -0.05 : 0.05)
      return [apart(x), apart(x * y > 0 === (label === 1) ? y : -y)]
    },
    spirals: (label, share) => {
      const angle = 3.5 * Math.PI * share + (label === 1 ? 0 : Math.PI)
      const radius = 0.08 + 0.82 * share
      return [radius * Math.sin(angle) + noise(0.015), radius * Math.cos(angle) + noise(0.015)]
    },
    empty: () => [0, 0],
  }
  const points = Array.from({ length: name === 'empty' ? 0 : count }, (_, i) => {
    const label = i % 2 === 0 ? 1 : 0
    const [x, y] = draw[name](label, Math.floor(i / 2) / (count / 2 - 1))
    return { x, y, label } as const
  })
  return { points, x: [-1.1, 1.1], y: [-1.1, 1.1], names: undefined }
}
