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
  // The cells of the rows that are read and not answered yet. All columns are read, because the rows come back.
  const waiting: { readonly first: number; readonly rows: readonly unknown[][] }[] = []
  const watched: DataTable = {
    ...table,
    async *chunks(wanted) {
      let first = 0
      for await (const chunk of table.chunks(format === 'text' ? wanted : all)) {
        if (format !== 'text') waiting.push({ first, rows: cellsOf(chunk, all, format) })
        first += chunk.rows
        yield chunk
      }
    },
  }
  if (format === 'csv') yield joinCells([...table.names, ...added], ',')
  for await (const answer of model.predictRows(watched, { onMisfit, counts })) {
    const answers = [answer.prediction, ...classes.map((name) => answer.probabilities?.[name])]
    if (format === 'text') {
      yield answers.join(',')
      continue
    }
    while (waiting.length > 0 && answer.row >= waiting[0].first + waiting[0].rows.length) waiting.shift()
    const [{ first, rows }] = waiting
    const values = [...rows[answer.row - first], ...answers]
    yield format === 'csv' ? joinCells(values, ',') : objectLine([...table.names, ...added], values)
  }
}

/** Returns the cells of each row of a chunk. */
function cellsOf(chunk: RawChunk, indices: readonly number[], format: 'csv' | 'ndjson'): unknown[][] {
  const columns = indices.map((index) => chunk.column(index))
  return Array.from({ length: chunk.rows }, (_, row) =>
    columns.map((column) => {
      const text = column.text(row)
      if (text === undefined) return format === 'csv' ? '' : null
      const number = column.number(row)
      return format === 'ndjson' && String(number) === text ? number : text
    }),
  )
}

function objectLine(names: readonly string[], values: readonly unknown[]): string {
  return JSON.stringify(Object.fromEntries(names.map((name, index) => [name, values[index]])))
}
