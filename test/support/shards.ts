import { expect } from 'vitest'
import type { Dataset } from '#src/data/dataset'
import type { Shard } from '#src/readers/columns/shard'

/** The rows of batches, one list of numbers for each row. */
export async function rowsOf(batches: AsyncIterable<Dataset>): Promise<number[][]> {
  const rows: number[][] = []
  for await (const { inputs, width, rows: count } of batches) {
    for (let row = 0; row < count; row++) rows.push([...inputs.subarray(row * width, (row + 1) * width)])
  }
  return rows
}

export type Stream = (shard?: Shard) => AsyncIterable<Dataset>

/** The rows of each of `count` shards. Fails unless they are together the rows of the whole source, in its order. */
export async function shardsOf(stream: Stream, count: number): Promise<number[][][]> {
  const shards: number[][][] = []
  for (let index = 0; index < count; index++) shards.push(await rowsOf(stream({ index, count })))
  expect(shards.flat()).toEqual(await rowsOf(stream()))
  return shards
}
