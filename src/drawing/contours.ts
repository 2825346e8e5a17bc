import { contours } from 'd3-contour'

/** The lowest and the highest value of an axis. */
export type Range = readonly [number, number]

/** The values of a function on a regular grid over a plane. */
export interface Grid {
  /** columns x rows values, row by row, from the lowest x and the lowest y. */
  readonly values: ArrayLike<number>
  readonly columns: number
  readonly rows: number
  readonly x: Range
  readonly y: Range
}

/** The part of a plane in which a function is `level` or more, as the data of an SVG path. */
export interface Contour {
  readonly level: number
  readonly path: string
}

/** Returns the points of a regular grid in the order of the values of a `Grid`: x and y of each (columns x rows x 2). */
export function gridPoints(columns: number, rows: number, x: Range, y: Range): Float64Array {
  const points = new Float64Array(2 * columns * rows)
  for (let row = 0, at = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      points[at++] = between(x, column, columns)
      points[at++] = between(y, row, rows)
    }
  }
  return points
}

function between([from, to]: Range, index: number, count: number): number {
  return from + ((to - from) * index) / (count - 1)
}

/**
 * Returns a contour for each level. `place` gives the point of the drawing for a point of the plane. A value that is
 * not a number counts as infinitely high, because a cost becomes NaN where it overflows.
 */
export function contoursOf(
  { values, columns, rows, x, y }: Grid,
  levels: readonly number[],
  place: (x: number, y: number) => readonly [number, number],
): Contour[] {
  const heights = Array.from(values, (value) => (Number.isNaN(value) ? Number.POSITIVE_INFINITY : value))
  const find = contours().size([columns, rows])
  // In the plane of d3-contour, the value with the index i lies at i + 0.5.
  const pointOf = ([column, row]: number[]): string => {
    const [left, top] = place(between(x, column - 0.5, columns), between(y, row - 0.5, rows))
    return `${round(left)},${round(top)}`
  }
  return levels.map((level) => ({
    level,
    path: find
      .contour(heights, level)
      .coordinates.flatMap((rings) => rings.map((ring) => `M${ring.slice(0, -1).map(pointOf).join('L')}Z`))
      .join(''),
  }))
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}

/**
 * Returns levels from the lowest to the highest of some values. They are dense where the values are low, so that the
 * contours of a bowl have equal distances. Values that are not finite do not count.
 */
export function bowlLevels(values: ArrayLike<number>, count: number): number[] {
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) continue
    low = Math.min(low, values[i])
    high = Math.max(high, values[i])
  }
  if (!(low < high)) return []
  return Array.from({ length: count }, (_, i) => low + (high - low) * ((i + 1) / (count + 1)) ** 2)
}
