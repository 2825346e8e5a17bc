/** The path of a pen. It has the points in the order of drawing, and half the width of the pen at each point. */
export interface Path {
  /** The number of points in use. */
  length: number
  readonly x: Float64Array
  readonly y: Float64Array
  readonly halfWidth: Float64Array
  /** 1 at the first point of each stroke, 0 elsewhere. A point marked 1 is not joined to the point before it. */
  readonly starts: Uint8Array
}

export function createPath(capacity: number): Path {
  return {
    length: 0,
    x: new Float64Array(capacity),
    y: new Float64Array(capacity),
    halfWidth: new Float64Array(capacity),
    starts: new Uint8Array(capacity),
  }
}

export function appendPoint(path: Path, x: number, y: number, starts: boolean): void {
  const i = path.length++
  path.x[i] = x
  path.y[i] = y
  path.starts[i] = starts ? 1 : 0
}
