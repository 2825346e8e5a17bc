import type { Raster } from './raster.js'

/** A connected piece of ink. */
export interface Component {
  /** The label, which is at least 1. `Components.labels` has this value for all pixels of the component. */
  readonly label: number
  readonly left: number
  readonly top: number
  /** `right` is the first column to the right of the component, and `bottom` is the first row below it. */
  readonly right: number
  readonly bottom: number
  /** The number of pixels of the component. */
  readonly area: number
  /** How many pixels of the component are on the edge of the picture. */
  readonly onEdge: number
}

export interface Components {
  /** The label of each pixel. Paper has the label 0. */
  readonly labels: Int32Array
  /** The components in the order of their labels. The component with label i is at index i - 1. */
  readonly components: readonly Component[]
}

/**
 * Finds the connected components of the pixels above the threshold, in two passes with union-find. A pixel is connected
 * to its 8 neighbors.
 */
export function findComponents({ width, height, values }: Raster, threshold: number): Components {
  const labels = new Int32Array(values.length)
  // A pixel gets a new label only if no neighbor above it or to its left has a label. So each block of 2 x 2 pixels
  // needs at most one new label. `parents` has one element for each block, and one for the label 0.
  const parents = new Int32Array(Math.ceil(width / 2) * Math.ceil(height / 2) + 1)
  let used = 0
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const i = y * width + x
      if (!(values[i] > threshold)) continue
      let label = x > 0 ? labels[i - 1] : 0
      if (y > 0) {
        for (let near = i - width - (x > 0 ? 1 : 0); near <= i - width + (x < width - 1 ? 1 : 0); near++) {
          if (labels[near] !== 0) label = label === 0 ? labels[near] : unite(parents, label, labels[near])
        }
      }
      if (label === 0) {
        label = ++used
        parents[label] = label
      }
      labels[i] = label
    }
  }
  return collect(labels, parents.subarray(0, used + 1), width, height)
}

function rootOf(parents: Int32Array, label: number): number {
  while (parents[label] !== label) {
    parents[label] = parents[parents[label]]
    label = parents[label]
  }
  return label
}

/**
 * Unites the union-find trees of the labels `a` and `b`. Returns their common root, which is the smaller of the two
 * roots.
 */
function unite(parents: Int32Array, a: number, b: number): number {
  const [first, second] = [rootOf(parents, a), rootOf(parents, b)]
  if (first < second) {
    parents[second] = first
    return first
  }
  parents[first] = second
  return second
}

/**
 * Changes the labels to 1, 2, 3 and so on, without gaps. Returns the labels, and the bounds and the area of each
 * component.
 */
function collect(labels: Int32Array, parents: Int32Array, width: number, height: number): Components {
  const numbers = new Int32Array(parents.length)
  const components: { -readonly [key in keyof Component]: Component[key] }[] = []
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const i = y * width + x
      if (labels[i] === 0) continue
      const root = rootOf(parents, labels[i])
      if (numbers[root] === 0) {
        numbers[root] = components.length + 1
        components.push({ label: numbers[root], left: x, top: y, right: x + 1, bottom: y + 1, area: 0, onEdge: 0 })
      }
      labels[i] = numbers[root]
      const component = components[numbers[root] - 1]
      component.left = Math.min(component.left, x)
      component.right = Math.max(component.right, x + 1)
      component.bottom = y + 1
      component.area++
      if (x === 0 || y === 0 || x === width - 1 || y === height - 1) component.onEdge++
    }
  }
  return { labels, components }
}
