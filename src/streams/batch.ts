import { allocate } from '../base/memory.js'
import type { InputArray } from '../data/dataset.js'
import { storageOf } from './row-reader.js'
import type { InputRow } from './stream-options.js'

/** Rows of a stream that are gathered to be answered at once. */
export interface Batch {
  /** The number of rows gathered. */
  readonly count: number
  /** Rows x width, row-major; what lies behind the rows gathered is of no meaning. */
  readonly inputs: InputArray
  /** Whether a row of these numbers can be gathered beside those that are here. */
  suits(numbers: InputRow): boolean
  add(numbers: InputRow, row: unknown, number: number): void
  /** A row as it came, where rows are kept. */
  row(index: number): unknown
  /** Its number in the stream. */
  number(index: number): number
  clear(): void
}

/** An empty batch with memory for `capacity` rows of `width` numbers. */
export function createBatch(capacity: number, width: number, keepsRows: boolean): Batch {
  let inputs: InputArray = new Uint8Array()
  let count = 0
  const rows: unknown[] = []
  const numbers = new Float64Array(capacity)
  return {
    get count() {
      return count
    },
    get inputs() {
      return inputs
    },
    suits: (values) => count === 0 || inputs instanceof storageOf(values),
    add(values, row, number) {
      if (count === 0) {
        const Type = storageOf(values)
        // Memory of the library's own, zeroed: native code reads the rows that are missing too.
        if (inputs.length === 0 || !(inputs instanceof Type)) inputs = allocate<InputArray>(Type, capacity * width)
      }
      inputs.set(values, count * width)
      if (keepsRows) rows[count] = row
      numbers[count++] = number
    },
    row: (index) => rows[index],
    number: (index) => numbers[index],
    clear() {
      count = 0
      rows.length = 0
    },
  }
}
