import { allocate } from '../base/memory.js'
import type { InputArray } from '../data/dataset.js'
import { storageOf } from './row-reader.js'
import type { InputRow } from './stream-options.js'

/** Rows of a stream that the network processes together. */
export interface Batch {
  /** The number of rows in the batch. */
  readonly count: number
  /**
   * The inputs, one row after the other. The array has room for a full batch. Elements after the last row have no
   * meaning.
   */
  readonly inputs: InputArray
  /** Whether a row with these inputs can be added. All rows of a batch must be stored in the same type of array. */
  suits(numbers: InputRow): boolean
  add(numbers: InputRow, row: unknown, number: number): void
  /** Returns a row as the stream received it. Returns undefined if the batch does not keep rows. */
  row(index: number): unknown
  /** Returns the position of a row in the stream, from 0. `index` is the position of the row in the batch. */
  number(index: number): number
  clear(): void
}

/** Creates an empty batch with room for `capacity` rows of `width` numbers. */
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
        // Native code also reads the space after the last row, so all memory of the batch must be initialized. The
        // function `allocate` fills it with zeros.
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
