/** Finds positions for the labels of points, so that no label covers another label or a point. */

export interface LabeledPoint {
  readonly x: number
  readonly y: number
  /** The width of the label in pixels. */
  readonly width: number
}

export interface Frame {
  readonly left: number
  readonly right: number
  readonly bottom: number
  /** The height of a label. */
  readonly height: number
}

/** The distance from a point to its label. It is large enough that the label does not cover the circle of the point. */
const gap = 22
/** If a label overlaps another label or a point, it moves down by this distance, repeatedly if necessary. */
const step = 5

/**
 * Returns the left end of each label and the baseline of its first line. A label goes under its point, within the
 * frame, and further down if another label or point is in the way.
 */
export function placeLabels(
  points: readonly LabeledPoint[],
  { left, right, bottom, height }: Frame,
): { x: number; y: number }[] {
  const placed: { x: number; y: number; width: number }[] = []
  for (const point of points) {
    const x = Math.min(Math.max(left + 6, point.x - point.width / 2), right - 6 - point.width)
    const overlaps = (y: number) =>
      placed.some((one) => Math.abs(one.y - y) < height && one.x < x + point.width && x < one.x + one.width) ||
      points.some((one) => one.x > x - 8 && one.x < x + point.width + 8 && one.y > y - 18 && one.y < y + height)
    let y = point.y + gap
    while (overlaps(y) && y + height < bottom) y += step
    placed.push({ x, y, width: point.width })
  }
  return placed.map(({ x, y }) => ({ x, y }))
}
