import { shellWord } from '../terminal/invocation.js'
import type { Table } from './tables.js'

/** Returns the command-line options that choose a table and its columns, as the user would type them. */
export function typedTable(place: Table): string {
  const { table, sql, database, header, delimiter, decimal, label, labelNames, targets, inputs } = place
  const { bytes, test, testLabel, stream, window } = place
  const typed = {
    data: table,
    sql,
    database,
    header: header === undefined ? undefined : header ? 'yes' : 'no',
    delimiter: delimiter === '\t' ? '\\t' : delimiter,
    decimal,
    label,
    'label-names': labelNames?.map(asCell).join(),
    targets: targets?.map(asCell).join(),
    inputs: inputs?.map(asCell).join(),
    test,
    'test-label': testLabel,
    window,
  }
  const words = Object.entries(typed).flatMap(([name, value]) =>
    value === undefined ? [] : [` --${name} ${shellWord(String(value))}`],
  )
  return words.join('') + (bytes ? ' --bytes' : '') + (stream ? ' --stream' : '')
}

/** Quotes a name for a comma-separated list, if this is necessary. */
export function asCell(name: string): string {
  return name === name.trim() && !/[",]/.test(name) ? name : `"${name.replaceAll('"', '""')}"`
}
