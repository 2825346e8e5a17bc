import { optionError } from '../base/errors.js'
import { chunkOfObjects, namesOfObjects, type RowObject } from '../readers/columns/raw-objects.js'
import type { RawTable } from '../readers/columns/raw-table.js'

/** Returns rows that are objects as a table. Each row has the same keys. A missing value is null. */
export function tableOfObjects(rows: readonly RowObject[]): RawTable {
  if (!Array.isArray(rows)) throw optionError({ rows }, 'a list of objects')
  const names = namesOfObjects(rows)
  return {
    source: 'the rows',
    names,
    async *chunks(wanted) {
      const size = 1024
      for (let first = 0; first < rows.length; first += size) {
        const part = rows.slice(first, first + size)
        yield chunkOfObjects(part, names, wanted, (row) => `row ${first + row}`)
      }
    },
  }
}
