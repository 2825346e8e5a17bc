import type { BatchSource, Dataset } from '#src/index'

/** A source that gives the rows of a dataset in batches of `rows`. */
export function slices(data: Dataset, rows: number): BatchSource {
  return async function* () {
    for (let from = 0; from < data.rows; from += rows) yield data.slice(from, Math.min(from + rows, data.rows))
  }
}

/** The same, but counts how often it was opened and closed, and how many rows it has given. */
export function counting(data: Dataset, rows: number) {
  const count = { opened: 0, closed: 0, rows: 0 }
  const source: BatchSource = async function* () {
    count.opened++
    try {
      for await (const batch of slices(data, rows)()) {
        count.rows += batch.rows
        yield batch
      }
    } finally {
      count.closed++
    }
  }
  return { source, count }
}
