import type { Blob } from './fragments.js'

/** How much of the smaller of two heights two neighbors in a row have in common, at least. */
const commonHeight = 0.4

/**
 * The rows of digits from top to bottom, each from left to right. A digit belongs to the row whose last digit it has most
 * height in common with, so that a row may climb or fall.
 */
export function findRows(blobs: readonly Blob[]): Blob[][] {
  const rows: Blob[][] = []
  for (const blob of blobs.toSorted((a, b) => a.left - b.left)) {
    let best: Blob[] | undefined
    let most = commonHeight
    for (const row of rows) {
      const last = row[row.length - 1]
      const common = Math.min(last.bottom, blob.bottom) - Math.max(last.top, blob.top)
      const share = common / Math.min(last.bottom - last.top, blob.bottom - blob.top)
      if (share > most) {
        most = share
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
