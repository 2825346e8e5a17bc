/** Where labels of points stand so that none covers another. */

export interface LabeledPoint {
  readonly x: number
  readonly y: number
  /** Of the label, in pixels. */
  readonly width: number
}

export interface Frame {
  readonly left: number
  readonly right: number
  readonly bottom: number
  /** Of a label. */
  readonly height: number
}

/** Below a point, its circle and a little more. */
const gap = 22
/** How far a label goes down at a time. */
const step = 5

/**
 * The left end and the first base line of each label: under its point, within the frame, and further down where another label or
 * another point is in the way.
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
