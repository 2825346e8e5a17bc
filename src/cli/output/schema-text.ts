import type { Evaluation, InputColumn, TableSchema } from '../../index.js'
import { columns, count, score } from '../parsing/format.js'

/** The most categories or classes that a line lists. */
const mostListed = 6

/** Describes what each column of a table becomes, a line for each. */
export function schemaText({ inputs, target, ignored, rows }: TableSchema): string {
  const answer =
    target.kind === 'classes'
      ? classesText(target.classes)
      : `a number, about ${short(target.mean)} ± ${short(target.deviation)}`
  return columns([
    ['rows', count(rows)],
    ['target', `${target.name}: ${answer}`],
    ...inputs.map((column): [string, string] => [column.name, inputText(column)]),
    ...ignored.map(({ name, reason }): [string, string] => [name, `ignored: ${reason}`]),
  ])
}

function inputText(column: InputColumn): string {
  const missing = column.indicator ? '; may be missing' : ''
  switch (column.kind) {
    case 'number': {
      const intervals = column.edges.length > 1 ? ` in ${column.edges.length - 1} intervals` : ''
      return `a number, about ${short(column.fill)}${intervals}${missing}`
    }
    case 'boolean':
      return `true or false${missing}`
    case 'category': {
      const other = column.other ? ', and rare ones' : ''
      return `${column.categories.length} categories: ${listed(column.categories)}${other}${missing}`
    }
    case 'date': {
      const parts = column.parts.length > 0 ? `, with ${column.parts.join(', ')}` : ''
      return `a time, about ${new Date(1000 * column.fill).toISOString().slice(0, 10)}${parts}${missing}`
    }
  }
}

function classesText(classes: readonly string[]): string {
  return `${classes.length} classes: ${listed(classes)}`
}

function listed(texts: readonly string[]): string {
  const shown = texts
    .slice(0, mostListed)
    .map((text) => JSON.stringify(text.length > 24 ? `${text.slice(0, 21)}...` : text))
  return `${shown.join(', ')}${texts.length > mostListed ? ', ...' : ''}`
}

/** Formats a number with four significant digits. */
function short(value: number): string {
  return String(Number(value.toPrecision(4)))
}

/** Describes how good the answers for some rows are. While it learns, the cost of a number is in deviations of the target. */
export function metricsText(
  evaluation: Pick<Evaluation, 'cost' | 'accuracy' | 'metrics' | 'rows' | 'correct'> | undefined,
  { target }: Pick<TableSchema, 'target'>,
): string {
  if (!evaluation) return 'none'
  if (target.kind === 'classes') return `${score(evaluation)}, cost ${evaluation.cost.toPrecision(4)}`
  const { mse, mae, r2 } = evaluation.metrics
  if (mse === undefined) {
    return `off by ${short(Math.sqrt(2 * evaluation.cost) * target.deviation)} (root of the mean square), where the mean would be off by ${short(target.deviation)}`
  }
  return `off by ${short(Math.sqrt(mse))} (root of the mean square) and by ${short(mae)} on average, R2 ${short(r2)}, of ${count(evaluation.rows)} rows`
}
