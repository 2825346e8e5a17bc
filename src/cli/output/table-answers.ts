import type { DataTable, OnMisfit, RawChunk, RowCounts, TableModel } from '../../index.js'
import { joinCells } from '../input/cells.js'

export interface TableAnswerOptions {
  /** 'text' prints the answers alone; the others print the rows with their answers behind. */
  readonly format: 'text' | 'csv' | 'ndjson'
  /** Whether the probabilities of the classes are printed too. */
  readonly probabilities: boolean
  readonly onMisfit: OnMisfit
  readonly counts: RowCounts
}

/** Yields a line for each answered row of a table, after a header for CSV. */
export async function* tableAnswers(
  model: TableModel,
  table: DataTable,
  { format, probabilities, onMisfit, counts }: TableAnswerOptions,
): AsyncGenerator<string, void> {
  const { target } = model.schema
  const classes = probabilities && target.kind === 'classes' ? target.classes : []
  const added = ['prediction', ...classes.map((name) => `probability of ${name}`)]
  const all = table.names.map((_, index) => index)
  let chunk: RawChunk | undefined
  let first = 0
  // All columns are read, because the rows come back with their answers.
  const watched: DataTable = {
    ...table,
    async *chunks(wanted) {
      for await (const next of table.chunks(format === 'text' ? wanted : all)) {
        first += chunk?.rows ?? 0
        chunk = next
        yield next
      }
    },
  }
  if (format === 'csv') yield joinCells([...table.names, ...added], ',')
  for await (const answer of model.predictRows(watched, { onMisfit, counts })) {
    const answers = [answer.prediction, ...classes.map((name) => answer.probabilities?.[name])]
    if (format === 'text') yield answers.join(',')
    else {
      const cells = chunk ? all.map((index) => cellOf(chunk, index, answer.row - first, format)) : []
      yield format === 'csv'
        ? joinCells([...cells, ...answers], ',')
        : objectLine([...table.names, ...added], [...cells, ...answers])
    }
  }
}

function cellOf(chunk: RawChunk | undefined, index: number, row: number, format: 'csv' | 'ndjson'): unknown {
  const column = chunk?.column(index)
  const text = column?.text(row)
  if (text === undefined) return format === 'csv' ? '' : null
  const number = column?.number(row) ?? Number.NaN
  return format === 'ndjson' && String(number) === text ? number : text
}

function objectLine(names: readonly string[], values: readonly unknown[]): string {
  return JSON.stringify(Object.fromEntries(names.map((name, index) => [name, values[index]])))
}
