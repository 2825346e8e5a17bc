import { describe, expect, it } from 'vitest'
import { bowlLevels, contoursOf, gridPoints } from '#src/drawing/contours'

/** Returns the points of a path. */
const pointsOf = (path: string) =>
  [...path.matchAll(/(-?[\d.]+),(-?[\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)])

describe('gridPoints', () => {
  it('goes row by row, with the ends of both ranges', () => {
    expect([...gridPoints(3, 2, [-1, 1], [0, 4])]).toEqual([-1, 0, 0, 0, 1, 0, -1, 4, 0, 4, 1, 4])
  })
})

describe('contoursOf', () => {
  const size = 41
  const square = { columns: size, rows: size, x: [-2, 2], y: [-2, 2] } as const
  const points = gridPoints(size, size, square.x, square.y)
  const bowl = Array.from({ length: size * size }, (_, i) => points[2 * i] ** 2 + points[2 * i + 1] ** 2)

  it('draws the circle of a bowl where its level is', () => {
    const [{ level, path }] = contoursOf({ ...square, values: bowl }, [1], (x, y) => [100 * x, 100 * y])
    expect(level).toBe(1)
    // The first ring is the frame; the points of the circle have the distance 1 from the middle.
    const circle = pointsOf(path).filter(([x, y]) => Math.hypot(x, y) < 150)
    expect(circle.length).toBeGreaterThan(60)
    for (const [x, y] of circle) expect(Math.abs(Math.hypot(x, y) - 100)).toBeLessThan(0.5)
  })

  it('keeps x and y apart, and their directions', () => {
    const right = Array.from({ length: size * size }, (_, i) => points[2 * i])
    const [{ path }] = contoursOf({ ...square, values: right }, [1.03], (x, y) => [x, y])
    // All other points of the ring are on the frame.
    const border = pointsOf(path).filter(([x, y]) => x < 1.9 && Math.abs(y) < 2.01)
    expect(border.length).toBeGreaterThanOrEqual(size)
    for (const [x] of border) expect(x).toBeCloseTo(1.03, 2)
  })

  it('draws what overflowed as high, not as low', () => {
    const values = bowl.map((value) => (value > 1 ? Number.NaN : value))
    const [{ path }] = contoursOf({ ...square, values }, [1], (x, y) => [100 * x, 100 * y])
    // The corner of the frame is inside of the high part.
    expect(pointsOf(path).some(([x, y]) => x > 190 && y > 190)).toBe(true)
  })
})

describe('bowlLevels', () => {
  it('lie between the lowest and the highest finite value, denser at the bottom', () => {
    expect(bowlLevels([5, 1, Number.NaN, Number.POSITIVE_INFINITY], 3)).toEqual([1.25, 2, 3.25])
  })

  it('are none if all values are the same, or none is finite', () => {
    expect(bowlLevels([2, 2], 3)).toEqual([])
    expect(bowlLevels([Number.NaN], 3)).toEqual([])
  })
})
