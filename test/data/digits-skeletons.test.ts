import { expect, test } from 'vitest'
import { createRandom } from '#src/base/random'
import { createLattice, displacement, placeNodes } from '#src/data/digits/lattice'
import { createPath } from '#src/data/digits/path'
import { drawInk, fitToPicture } from '#src/data/digits/raster'
import { createControlPoints, parseVariant, sampleSkeleton } from '#src/data/digits/skeleton'
import { skeletons } from '#src/data/digits/skeletons'
import { drawStrokes } from '#src/data/digits/spline'

test('each digit has several well-formed variants', () => {
  expect(skeletons.length).toBe(10)
  for (const variants of skeletons) {
    expect(variants.length).toBeGreaterThanOrEqual(3)
    for (const variant of variants) {
      expect(variant.weight).toBeGreaterThan(0)
      for (const pose of variant.poses) expect(pose).toMatch(/^(-?\d+,-?\d+\*?( \/ | |$))+$/)
      const { poses, marks } = parseVariant(variant)
      for (const pose of poses) expect(pose.length).toBe(2 * marks.length)
    }
  }
})

test('a pose is parsed into strokes, points and corners', () => {
  const { marks, poses } = parseVariant({
    weight: 1,
    poses: ['0,-5 50,10* 100,20 / 7,8 9,10', '1,1 2,2* 3,3 / 4,4 5,5'],
  })
  expect(marks).toEqual([0, 1, 2, 0, 2])
  expect([...poses[0]]).toEqual([0, -0.05, 0.5, 0.1, 1, 0.2, 0.07, 0.08, 0.09, 0.1])
})

test('poses with different strokes are refused', () => {
  expect(() => parseVariant({ weight: 1, poses: ['0,0 1,1 2,2', '0,0 1,1* 2,2'] })).toThrow(
    new Error('the poses "0,0 1,1 2,2" and "0,0 1,1* 2,2" have different strokes'),
  )
})

test('every variant of a digit occurs about as often as its weight says', () => {
  const points = createControlPoints()
  const random = createRandom(1, 'variants')
  const seen = new Map<string, number>()
  for (let i = 0; i < 2000; i++) {
    sampleSkeleton(4, random, points)
    const strokes = points.marks.subarray(0, points.length).join('')
    seen.set(strokes, (seen.get(strokes) ?? 0) + 1)
  }
  const total = skeletons[4].reduce((sum, { weight }) => sum + weight, 0)
  const expected = new Map<string, number>()
  for (const variant of skeletons[4]) {
    const strokes = parseVariant(variant).marks.join('')
    expected.set(strokes, (expected.get(strokes) ?? 0) + (2000 * variant.weight) / total)
  }
  expect([...seen.keys()].toSorted()).toEqual([...expected.keys()].toSorted())
  for (const [strokes, times] of expected) expect(Math.abs((seen.get(strokes) ?? 0) - times)).toBeLessThan(100)
})

/** The strokes of one pose, drawn without distortion. */
function draw(pose: string) {
  const { marks, poses } = parseVariant({ weight: 1, poses: [pose] })
  const path = createPath(200)
  const coordinates = poses[0]
  drawStrokes(
    {
      elasticity: 1,
      length: marks.length,
      x: coordinates.filter((_, i) => i % 2 === 0),
      y: coordinates.filter((_, i) => i % 2 === 1),
      marks: Uint8Array.from(marks),
    },
    path,
  )
  return path
}

function pointsOf({ x, y, length }: { x: Float64Array; y: Float64Array; length: number }): [number, number][] {
  return Array.from({ length }, (_, i) => [x[i], y[i]])
}

test('a stroke passes through its points, and points on a line make a line', () => {
  const points = pointsOf(draw('10,20 30,40 70,80 90,100'))
  for (const [x, y] of points) expect(y).toBeCloseTo(x + 0.1, 12)
  for (const x of [0.1, 0.3, 0.7, 0.9]) expect(points.some((point) => Math.abs(point[0] - x) < 1e-12)).toBe(true)
})

test('a circle of points makes a round curve', () => {
  const angles = Array.from({ length: 11 }, (_, i) => (i * Math.PI) / 4)
  const circle = angles.map((a) => `${Math.round(5000 * Math.cos(a))},${Math.round(5000 * Math.sin(a))}`).join(' ')
  const { x, y, length } = draw(circle)
  for (let i = 0; i < length; i++) expect(Math.sqrt(x[i] ** 2 + y[i] ** 2) / 50).toBeCloseTo(1, 1)
  // Away from the free ends it is rounder.
  const middle = Math.floor(length / 2)
  for (let i = middle - 8; i < middle + 8; i++)
    expect(Math.abs(Math.sqrt(x[i] ** 2 + y[i] ** 2) / 50 - 1)).toBeLessThan(0.01)
})

test('a curve stays straight up to a corner', () => {
  for (const [x, y] of pointsOf(draw('0,0 50,0* 50,50')))
    expect(Math.min(Math.abs(y), Math.abs(x - 0.5))).toBeLessThan(1e-12)
  expect(pointsOf(draw('0,0 50,0 50,50')).some(([x, y]) => Math.min(Math.abs(y), Math.abs(x - 0.5)) > 0.02)).toBe(true)
})

test('a new stroke starts where the pen was lifted', () => {
  const path = draw('0,0 10,0 / 0,50 10,50')
  const starts = pointsOf(path).filter((_, i) => path.starts[i])
  expect(starts).toEqual([
    [0, 0],
    [0, 0.5],
  ])
})

test('if all nodes of an elastic sheet move equally, all points move equally', () => {
  const lattice = createLattice()
  lattice.x.fill(0.25)
  lattice.y.fill(-0.5)
  for (const [x, y] of [
    [0, 0],
    [0.3, 0.99],
    [1, 1],
    [-0.2, 1.3],
    [0.5, 1 / 3],
  ]) {
    const moved = displacement(lattice, x, y)
    expect(moved.x).toBeCloseTo(0.25, 14)
    expect(moved.y).toBeCloseTo(-0.5, 14)
  }
})

test('an elastic sheet is smooth from cell to cell', () => {
  const lattice = createLattice()
  placeNodes(lattice, 0.1, createRandom(3))
  for (const edge of [1 / 3, 2 / 3]) {
    const near = { ...displacement(lattice, edge - 1e-9, 0.4) }
    const far = displacement(lattice, edge + 1e-9, 0.4)
    expect(far.x).toBeCloseTo(near.x, 7)
    expect(far.y).toBeCloseTo(near.y, 7)
  }
})

test('a line has the requested width and softness', () => {
  const path = draw('0,0 0,100')
  path.halfWidth.fill(0.1)
  fitToPicture(path, 1)
  const canvas = new Float32Array(28 * 28)
  drawInk(path, 1, canvas)
  // 20 pixels high, so 20 / 1.2 pixels for each digit height and 3.33 pixels wide, around column 14.
  const row = canvas.subarray(14 * 28, 15 * 28)
  expect(row.reduce((sum, depth) => sum + depth, 0)).toBeCloseTo(20 / 6, 5)
  expect(row[13]).toBe(1)
  expect(row[12]).toBeCloseTo(2 / 3, 5)
  expect(row[11]).toBe(0)
  expect(canvas.subarray(0, 4 * 28).some((depth) => depth > 0)).toBe(false)
  expect(canvas.subarray(24 * 28).some((depth) => depth > 0)).toBe(false)
})
