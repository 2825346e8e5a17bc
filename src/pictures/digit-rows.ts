import type { Blob } from './fragments.js'

/** Neighboring digits in a row must overlap vertically by at least this fraction of the smaller digit's height. */
const minOverlap = 0.4

/**
 * Sorts digits into rows from top to bottom, and sorts each row from left to right. A digit joins the row whose last
 * digit overlaps it most in the vertical direction. Only the last digit counts, so a row may slant. If no row overlaps
 * the digit enough, the digit starts a new row. Yields after each digit.
 */
export function* findRows(blobs: readonly Blob[]): Generator<void, Blob[][]> {
  const rows: Blob[][] = []
  for (const blob of blobs.toSorted((a, b) => a.left - b.left)) {
    let best: Blob[] | undefined
    let bestOverlap = minOverlap
    for (const row of rows) {
      const last = row[row.length - 1]
      const common = Math.min(last.bottom, blob.bottom) - Math.max(last.top, blob.top)
      const overlap = common / Math.min(last.bottom - last.top, blob.bottom - blob.top)
      if (overlap > bestOverlap) {
        bestOverlap = overlap
        best = row
      }
    }
    if (best) best.push(blob)
    else rows.push([blob])
    yield
  }
  const middle = (row: readonly Blob[]): number =>
    row.reduce((sum, { top, bottom }) => sum + top + bottom, 0) / row.length
  return rows.sort((a, b) => middle(a) - middle(b))
}
