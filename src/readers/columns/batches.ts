import { DataError } from '../../base/errors.js'
import { reserve } from '../../base/files.js'
import { Dataset, inputBytes } from '../../data/dataset.js'
import { defaultBatchSize } from './batch-rows.js'
import { fillRows, type Group, groupOf, type Span } from './fill.js'
import { fillLabels } from './labels.js'
import { inputNamesOf, type Selection, selectColumns } from './selection.js'
import type { Chunk, Table } from './table.js'
import type { BatchOptions, TableOptions } from './table-options.js'

/**
 * Yields the rows of a table as datasets of `batchSize` rows, in the table's order.
 * @throws DataError if a value cannot be used. The message names the row and the column.
 */
export async function* batchesOf(table: Table, options: TableOptions & BatchOptions): AsyncGenerator<Dataset, void> {
  const selection = selectColumns(table, options)
  const { limit = Infinity, signal } = options
  const { inputs, targets, label } = selection
  let making: { batch: Dataset; filled: number } | undefined
  let groups: { inputs: Group; targets: Group } | undefined
  let row = 0
  for await (const chunk of table.chunks([...inputs, ...targets, ...(label === undefined ? [] : [label])])) {
    signal?.throwIfAborted()
    const columns = columnsOf(chunk)
    groups ??= {
      inputs: groupOf(table.source, namesOf(table, inputs), inputs.map(columns), row),
      targets: groupOf(table.source, namesOf(table, targets), targets.map(columns), row),
    }
    const batchSize = options.batchSize ?? defaultBatchSize(groups.inputs.width * inputBytes[selection.dtype])
    for (let from = 0; from < chunk.rows && row < limit; ) {
      making ??= { batch: allocate(table, selection, options, groups, Math.min(batchSize, limit - row)), filled: 0 }
      const { batch, filled } = making
      const span = { from, count: Math.min(chunk.rows - from, batch.rows - filled), row }
      await fillBatch(table, selection, groups, columns, span, batch, filled)
      from += span.count
      row += span.count
      making.filled += span.count
      if (making.filled < batch.rows) continue
      making = undefined
      yield batch
      signal?.throwIfAborted()
    }
    if (row >= limit) break
  }
  if (making) yield making.batch.slice(0, making.filled)
}

function columnsOf(chunk: Chunk) {
  const columns = new Map<number, ReturnType<Chunk['column']>>()
  return (index: number) => {
    const column = columns.get(index) ?? chunk.column(index)
    columns.set(index, column)
    return column
  }
}

const namesOf = ({ columns }: Table, places: readonly number[]) => places.map((place) => columns[place].name)

function allocate(
  { source }: Table,
  { dtype, label }: Selection,
  { scale }: TableOptions,
  { inputs, targets }: { inputs: Group; targets: Group },
  rows: number,
): Dataset {
  const inputNames = inputNamesOf(inputs.names, inputs.widths)
  const shape = {
    rows,
    width: inputs.width,
    dtype,
    inputNames,
    labels: label !== undefined,
    targetWidth: targets.width,
  }
  const bytes = rows * inputs.width * inputBytes[dtype]
  return reserve(source, bytes, DataError, () => Dataset.allocate({ ...shape, ...(scale !== undefined && { scale }) }))
}

async function fillBatch(
  table: Table,
  { inputs, targets, label, classes }: Selection,
  groups: { inputs: Group; targets: Group },
  columns: ReturnType<typeof columnsOf>,
  span: Span,
  batch: Dataset,
  at: number,
): Promise<void> {
  const { source } = table
  await fillRows(source, groups.inputs, inputs.map(columns), span, batch.inputs, at)
  if (batch.targets) await fillRows(source, groups.targets, targets.map(columns), span, batch.targets, at)
  if (batch.labels && label !== undefined)
    fillLabels(source, table.columns[label].name, columns(label), classes, span, batch.labels, at)
}

/**
 * Joins all batches of a source into one dataset. This needs twice the memory of the data, except for a single batch,
 * which is returned without a copy.
 * @throws DataError if there are no rows
 */
export async function joinBatches(source: string, batches: AsyncIterable<Dataset>): Promise<Dataset> {
  const parts: Dataset[] = []
  for await (const batch of batches) parts.push(batch)
  if (parts.length === 0) throw new DataError(`${source} has no rows`)
  return parts.length === 1 ? parts[0] : join(source, parts)
}

function join(source: string, batches: readonly Dataset[]): Dataset {
  const [{ inputs, width, scale, inputNames, labels, targetWidth }] = batches
  const rows = batches.reduce((sum, batch) => sum + batch.rows, 0)
  const dtype = inputs instanceof Uint8Array ? 'uint8' : inputs instanceof Float32Array ? 'float32' : 'float64'
  const shape = { rows, width, dtype, scale, inputNames, labels: labels !== undefined, targetWidth } as const
  const bytes = rows * width * inputs.BYTES_PER_ELEMENT
  const whole = reserve(source, bytes, DataError, () => Dataset.allocate(shape))
  let row = 0
  for (const batch of batches) {
    whole.inputs.set(batch.inputs, row * width)
    if (batch.labels) whole.labels?.set(batch.labels, row)
    if (batch.targets) whole.targets?.set(batch.targets, row * targetWidth)
    row += batch.rows
  }
  return whole
}
