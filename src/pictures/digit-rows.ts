import type { Blob } from './fragments.js'

/** The smallest vertical overlap of two neighbors in a row, as a fraction of the height of the smaller digit. */
const minOverlap = 0.4

/**
 * Sorts digits into rows from top to bottom, and sorts each row from left to right. The vertical extent of a digit is
 * compared with that of the last digit in each row, and the digit joins the row with the largest overlap. A row may
 * therefore slant.
 */
export function findRows(blobs: readonly Blob[]): Blob[][] {
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
  }
  const middle = (row: readonly Blob[]): number =>
    row.reduce((sum, { top, bottom }) => sum + top + bottom, 0) / row.length
  return rows.sort((a, b) => middle(a) - middle(b))
}
