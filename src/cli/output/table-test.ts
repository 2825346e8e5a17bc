import type { RowCounts, TableModel } from '../../index.js'
import { type NamedTable, openNamedTable } from '../input/open-named-table.js'
import { typedName } from '../parsing/command.js'
import { count } from '../parsing/format.js'
import { UsageError } from '../parsing/usage-error.js'
import { note, print } from '../terminal/terminal.js'
import { printConfusion } from './confusion.js'
import { metricsText } from './schema-text.js'

/**
 * Checks that the options do not ask for other columns than the model has.
 * @throws UsageError if they do
 */
export function checkTableTest(target: string, options: Readonly<Record<string, unknown>>): void {
  const { label } = options
  if (label !== undefined && label !== target) {
    throw new UsageError(`--label is ${JSON.stringify(label)}, but the model predicts ${JSON.stringify(target)}`)
  }
  const other = ['targets', 'inputs', 'labelNames', 'bytes', 'header', 'count'].find(
    (name) => options[name] !== undefined,
  )
  if (other === undefined) return
  throw new UsageError(`--${typedName(other)} is not for a model that knows the columns of its table`)
}

/** Judges the answers to the rows of a table, and prints how good they are. */
export async function printTableTest(model: TableModel, test: NamedTable): Promise<void> {
  const table = await openNamedTable(test)
  const { target } = model.schema
  const evaluation = await model.evaluate(table, target.kind === 'number' ? { metrics: ['mse', 'mae', 'r2'] } : {})
  await print(`${table.source}: ${metricsText(evaluation, model.schema)}`)
  if (evaluation.confusion && target.kind === 'classes') {
    await print(`\n${printConfusion(evaluation.confusion, target.classes)}`)
  }
  for (const line of countLines(evaluation.counts, target.name)) note(line)
}

/** Says how many rows were left out, and how many have categories that training has not seen. */
export function countLines({ rows, misfits, withoutTarget, unseen }: RowCounts, target: string): string[] {
  return [
    ...(withoutTarget > 0 ? [`${count(withoutTarget)} rows without ${target} are left out`] : []),
    ...(misfits > 0 ? [`${count(misfits)} rows that do not fit are left out`] : []),
    ...Object.entries(unseen).map(
      ([name, times]) =>
        `${count(times)} of ${count(rows)} rows have a ${name} that training has not seen, or too rarely`,
    ),
  ]
}
