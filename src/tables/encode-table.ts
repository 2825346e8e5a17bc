import { DataError, optionError } from '../base/errors.js'
import type { FloatArray } from '../base/memory.js'
import { Dataset } from '../data/dataset.js'
import { quote } from '../readers/columns/names.js'
import type { RawTable } from '../readers/columns/raw-table.js'
import { columnIn, createEncoder } from '../schema/encode-rows.js'
import { targetReader } from '../schema/encode-target.js'
import { schemaInputNames, schemaWidth, type TableSchema } from '../schema/schema.js'

/** A row that does not fit the schema, and that is left out. */
export interface MisfitRow {
  /** The number of the row in its source, from 0. */
  readonly row: number
  /** Where it is, and what is wrong with it. */
  readonly message: string
}

/**
 * What is done with a row that does not fit: 'throw' ends with an error, 'skip' leaves it out, and a function
 * gets it before it is left out. All of them are counted.
 */
export type OnMisfit = 'throw' | 'skip' | ((misfit: MisfitRow) => void)

/** How many rows were used, and how many were left out. */
export interface RowCounts {
  rows: number
  /** Rows that do not fit the schema. */
  misfits: number
  /** Rows without a target. They are left out wherever a target is needed. */
  withoutTarget: number
  /** For each column, the rows with a category that training has not seen. */
  readonly unseen: Record<string, number>
}

export function noCounts(): RowCounts {
  return { rows: 0, misfits: 0, withoutTarget: 0, unseen: {} }
}

/** Rows as the inputs of a network. The arrays can be used until the rows after the next ones are asked for. */
export interface EncodedChunk {
  readonly rows: number
  /** The inputs of the rows. */
  readonly dataset: Dataset
  /** Rows x width numbers, which are those of the dataset. */
  readonly inputs: FloatArray
  /** The class number or the scaled number of each row. Empty if targets are not read. */
  readonly targets: Float64Array
  /** The number of each row in its source. */
  readonly numbers: Float64Array
}

export function checkOnMisfit(onMisfit: unknown): void {
  if (onMisfit === 'throw' || onMisfit === 'skip' || typeof onMisfit === 'function') return
  throw optionError({ onMisfit }, '"throw", "skip" or a function')
}

/**
 * Reads a table as inputs, chunk by chunk, and adds to `counts`.
 * @throws DataError if a column is missing, or if a row does not fit and `onMisfit` is 'throw'
 */
export async function* encodeTable(
  table: RawTable,
  schema: TableSchema,
  options: { readonly targets: boolean; readonly onMisfit: OnMisfit; readonly counts: RowCounts },
): AsyncGenerator<EncodedChunk, void> {
  const { onMisfit, counts } = options
  const { source, names } = table
  const encoder = createEncoder(schema, table)
  const targetColumn = options.targets ? columnIn(source, names, schema.target.name) : undefined
  const readTarget = targetReader(schema.target)
  const width = schemaWidth(schema)
  const wanted = targetColumn === undefined ? encoder.wanted : [...encoder.wanted, targetColumn]
  const shape = { width, dtype: 'float32', inputNames: schemaInputNames(schema) } as const
  const blocks = [0, 1].map(() => Dataset.allocate({ ...shape, rows: 1 }))
  let turn = 0
  let first = 0
  // With 'throw', the rows before the first that does not fit are yielded before its error is thrown.
  let failure: { readonly row: number; readonly message: string } | undefined
  const misfit = (row: number, message: string): void => {
    if (onMisfit === 'throw') {
      if (!failure || row < failure.row) failure = { row, message }
      return
    }
    counts.misfits++
    if (onMisfit !== 'skip') onMisfit({ row: first + row, message })
  }
  for await (const chunk of table.chunks(wanted)) {
    turn = 1 - turn
    if (blocks[turn].rows < chunk.rows) blocks[turn] = Dataset.allocate({ ...shape, rows: chunk.rows })
    const block = blocks[turn]
    const inputs = block.inputs as Float32Array
    const { places, problems } = encoder.encode(chunk, inputs, 0)
    for (const { row, message } of problems) misfit(row, message)
    const targets = new Float64Array(places.length)
    const numbers = new Float64Array(places.length)
    const cells = targetColumn === undefined ? undefined : chunk.column(targetColumn)
    let rows = 0
    for (const [place, row] of places.entries()) {
      if (failure && row > failure.row) break
      const target = cells ? readTarget(cells, row) : 0
      if (target === 'missing') {
        counts.withoutTarget++
        continue
      }
      if (typeof target === 'object') {
        misfit(row, `${chunk.where(row)}, column ${quote(schema.target.name)}: ${target.wrong}`)
        continue
      }
      if (rows < place) inputs.copyWithin(rows * width, place * width, (place + 1) * width)
      targets[rows] = target
      numbers[rows++] = first + row
    }
    first += chunk.rows
    counts.rows += rows
    for (const [name, count] of encoder.unseen) counts.unseen[name] = count
    if (rows > 0) {
      yield {
        rows,
        dataset: rows < block.rows ? block.slice(0, rows) : block,
        inputs: inputs.subarray(0, rows * width),
        targets: targets.subarray(0, rows),
        numbers: numbers.subarray(0, rows),
      }
    }
    if (failure) throw new DataError(failure.message)
  }
}
