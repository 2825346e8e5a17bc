import { DataError } from '../../base/errors.js'
import { reserve } from '../../base/files.js'
import { type Range, rangeOf } from '../../base/work-shares.js'
import { Dataset, type InputArray, inputBytes } from '../../data/dataset.js'
import { type FloatPart, shapeOfAll, widen } from '../../data/widen.js'
import { defaultBatchSize } from './batch-rows.js'
import { type Filling, fillRows, type Group, groupOf, type Span } from './fill.js'
import { fillLabels } from './labels.js'
import { firstInfinite } from './range.js'
import { inputNamesOf, type Selection, selectColumns } from './selection.js'
import { noRows, type Shard, shardOfStream } from './shard.js'
import type { Chunk, Table } from './table.js'
import type { BatchOptions, TableOptions } from './table-options.js'

/**
 * Yields the rows of a table as datasets of `batchSize` rows, in the table's order.
 * @throws DataError if a value cannot be used. The message names the row and the column.
 */
export async function* batchesOf(table: Table, options: TableOptions & BatchOptions): AsyncGenerator<Dataset, void> {
  const selection = selectColumns(table, options)
  const { shard, limit = Infinity, signal } = options
  const { inputs, targets, label } = selection
  let making: { batch: Dataset; filled: number } | undefined
  let groups: { inputs: Group; targets: Group } | undefined
  const storage = storageOf(selection.dtype, options.dtype === undefined)
  const range = shard && (await rangeOfShard(table, shard))
  let row = range?.from ?? 0
  const end = Math.min(range?.to ?? Infinity, row + limit)
  if (row === end) return
  for await (const chunk of table.chunks([...inputs, ...targets, ...(label === undefined ? [] : [label])], range)) {
    signal?.throwIfAborted()
    const columns = columnsOf(chunk)
    for (let from = row - chunk.first; from < chunk.rows && row < end; ) {
      groups ??= {
        inputs: groupOf(table.source, namesOf(table, inputs), inputs.map(columns), { from, row }),
        targets: groupOf(table.source, namesOf(table, targets), targets.map(columns), { from, row }),
      }
      const batchSize = options.batchSize ?? defaultBatchSize(groups.inputs.width * inputBytes[storage.dtype])
      making ??= {
        batch: allocate(table, selection, storage, options, groups, Math.min(batchSize, end - row)),
        filled: 0,
      }
      const { batch, filled } = making
      const span = { from, count: Math.min(chunk.rows - from, batch.rows - filled), row }
      await fillBatch(table, selection, storage, groups, columns, span, batch, filled)
      from += span.count
      row += span.count
      making.filled += span.count
      if (making.filled < batch.rows) continue
      making = undefined
      yield batch
      signal?.throwIfAborted()
    }
    if (row >= end) break
  }
  if (range && row < end) throw new DataError(`${table.source} ends after ${row} rows, expected at least ${end}`)
  if (making) yield making.batch.slice(0, making.filled)
}

/** Returns the rows of a shard. @throws OptionError if the table can be read only once */
async function rangeOfShard({ countRows }: Table, shard: Shard): Promise<Range> {
  if (!countRows) throw shardOfStream()
  return rangeOf(await countRows(), shard)
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

/** How the numbers of a table are stored. */
interface Storage {
  dtype: Selection['dtype']
  targetDtype: 'float32' | 'float64'
  /**
   * Whether the inputs and the targets become float64 at the first number that float32 does not hold exactly. Later
   * batches then begin as float64.
   */
  readonly widens: Record<FloatPart, boolean>
  /** The absolute value of every input and every target must be below this number. */
  readonly beyond: number
}

function storageOf(dtype: Selection['dtype'], isDefault: boolean): Storage {
  const widens = { inputs: isDefault && dtype === 'float32', targets: isDefault || dtype === 'uint8' }
  return {
    dtype,
    targetDtype: dtype === 'float64' ? 'float64' : 'float32',
    widens,
    beyond: firstInfinite(dtype, widens.targets),
  }
}

function allocate(
  { source }: Table,
  { label }: Selection,
  { dtype, targetDtype }: Storage,
  { scale }: TableOptions,
  { inputs, targets }: { inputs: Group; targets: Group },
  rows: number,
): Dataset {
  const widths = { width: inputs.width, targetWidth: targets.width }
  const shape = {
    rows,
    ...widths,
    dtype,
    targetDtype,
    inputNames: inputNamesOf(inputs.names, inputs.widths),
    labels: label !== undefined,
    ...(scale !== undefined && { scale }),
  }
  const bytes = rows * (inputs.width * inputBytes[dtype] + targets.width * inputBytes[targetDtype])
  return reserve(source, bytes, DataError, () => Dataset.allocate(shape))
}

async function fillBatch(
  table: Table,
  { inputs, targets, label, classes }: Selection,
  storage: Storage,
  groups: { inputs: Group; targets: Group },
  columns: ReturnType<typeof columnsOf>,
  span: Span,
  batch: Dataset,
  at: number,
): Promise<void> {
  const { source } = table
  const fillingOf = (part: FloatPart, numbers: InputArray): Filling => ({
    get numbers() {
      return batch[part] ?? numbers
    },
    get widen() {
      return storage.widens[part] ? () => widenPart(part) : undefined
    },
    beyond: storage.beyond,
  })
  const widenPart = (part: FloatPart) => {
    const width = groups[part].width
    storage[part === 'inputs' ? 'dtype' : 'targetDtype'] = 'float64'
    storage.widens[part] = false
    const bytes = batch.rows * width * Float64Array.BYTES_PER_ELEMENT
    reserve(source, bytes, DataError, () => widen(batch, part, (at + span.count) * width))
  }
  await fillRows(source, groups.inputs, inputs.map(columns), span, fillingOf('inputs', batch.inputs), at)
  if (batch.targets)
    await fillRows(source, groups.targets, targets.map(columns), span, fillingOf('targets', batch.targets), at)
  if (batch.labels && label !== undefined)
    fillLabels(source, table.columns[label].name, columns(label), classes, span, batch.labels, at)
}

/**
 * Joins all batches of a source into one dataset. This needs twice the memory of the data, except for a single batch,
 * which is returned without a copy.
 * @throws DataError if there are no rows
 */
export async function joinBatches(source: string, batches: AsyncIterable<Dataset>, shard?: Shard): Promise<Dataset> {
  const parts: Dataset[] = []
  for await (const batch of batches) parts.push(batch)
  if (parts.length === 0) throw noRows(source, shard)
  return parts.length === 1 ? parts[0] : join(source, parts)
}

function join(source: string, batches: readonly Dataset[]): Dataset {
  const [{ width, targetWidth }] = batches
  const rows = batches.reduce((sum, batch) => sum + batch.rows, 0)
  const { dtype, ...shape } = shapeOfAll(batches)
  const bytes = rows * width * inputBytes[dtype]
  const whole = reserve(source, bytes, DataError, () => Dataset.allocate({ ...shape, dtype, rows }))
  let row = 0
  for (const batch of batches) {
    whole.inputs.set(batch.inputs, row * width)
    if (batch.labels) whole.labels?.set(batch.labels, row)
    if (batch.targets) whole.targets?.set(batch.targets, row * targetWidth)
    row += batch.rows
  }
  return whole
}
