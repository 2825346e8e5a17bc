import { DataError } from '../base/errors.js'
import { Dataset } from '../data/dataset.js'
import type { RawTable } from '../readers/columns/raw-table.js'
import { schemaInputNames, schemaWidth, type TableSchema } from '../schema/schema.js'
import { type EncodedChunk, encodeTable, type OnMisfit, type RowCounts } from './encode-table.js'

/**
 * Reads a table with its targets into one dataset.
 * @param keep Says which rows are read, by their numbers. Default: all.
 * @throws DataError if no row is left, and as `encodeTable`
 */
export async function collectDataset(
  table: RawTable,
  schema: TableSchema,
  {
    keep,
    ...options
  }: {
    readonly onMisfit: OnMisfit
    readonly counts: RowCounts
    readonly keep?: (row: number) => boolean
  },
): Promise<Dataset> {
  const blocks: (Dataset | undefined)[] = []
  let rows = 0
  for await (const chunk of encodeTable(table, schema, { ...options, targets: true })) {
    const block = datasetOfChunk(chunk, schema, keep)
    if (!block) continue
    blocks.push(block)
    rows += block.rows
  }
  if (rows === 0) throw new DataError(`${table.source}: no row has the target and fits the schema`)
  const whole = Dataset.allocate({ ...shapeOf(schema), rows })
  let row = 0
  blocks.forEach((block, index) => {
    if (!block) return
    whole.inputs.set(block.inputs, row * whole.width)
    if (block.labels) whole.labels?.set(block.labels, row)
    if (block.targets) whole.targets?.set(block.targets, row)
    row += block.rows
    blocks[index] = undefined
  })
  return whole
}

/** Copies the rows of a chunk that are kept. Undefined if none is. */
export function datasetOfChunk(
  { rows, inputs, targets, numbers }: EncodedChunk,
  schema: TableSchema,
  keep: (row: number) => boolean = () => true,
): Dataset | undefined {
  const places: number[] = []
  for (let place = 0; place < rows; place++) if (keep(numbers[place])) places.push(place)
  if (places.length === 0) return undefined
  const shape = shapeOf(schema)
  const dataset = Dataset.allocate({ ...shape, rows: places.length })
  const answers = dataset.labels ?? dataset.targets
  places.forEach((place, row) => {
    dataset.inputs.set(inputs.subarray(place * shape.width, (place + 1) * shape.width), row * shape.width)
    if (answers) answers[row] = targets[place]
  })
  return dataset
}

function shapeOf(schema: TableSchema) {
  const isClasses = schema.target.kind === 'classes'
  return {
    width: schemaWidth(schema),
    dtype: 'float32' as const,
    inputNames: schemaInputNames(schema),
    labels: isClasses,
    targetWidth: isClasses ? 0 : 1,
    // Numbers in the units of the target may be large beside their differences, such as years.
    targetDtype: 'float64' as const,
  }
}
