import { checkInteger } from '../base/checks.js'
import { optionError } from '../base/errors.js'
import { compile, type TaskName, taskNames } from '../compile/compile.js'
import { countParameters } from '../compile/parameters.js'
import { printProgram } from '../program/print.js'
import { standardizedIn } from './bind-scalars.js'
import type { Engine } from './engine.js'

/**
 * Describes the network as text: a table with a line for each layer, followed by the number of parameters, the cost,
 * the initializer and the backend.
 */
export function summarize({ spec, dtype, selection }: Engine): string {
  let inputs = spec.inputs
  const rows = spec.layers.map(({ outputs, activation, parametrization, initializer }, index) => {
    const parameters = outputs * (inputs + 1)
    const kind = [activation, parametrization, initializer].filter((part) => part !== undefined).join(', ')
    const row = [String(index + 1), `${inputs} -> ${outputs}`, kind, String(parameters)]
    inputs = outputs
    return row
  })
  const first = spec.scaling ? [['', `${spec.inputs} -> ${spec.inputs}`, 'scaling', String(spec.inputs)]] : []
  const table = [['layer', 'shape', 'activation', 'parameters'], ...first, ...rows]
  const widths = table[0].map((_, column) => Math.max(...table.map((row) => row[column].length)))
  const lines = table.map((row) =>
    row.map((cell, column) => (column === 3 ? cell.padStart(widths[column]) : cell.padEnd(widths[column]))).join('  '),
  )
  return [
    ...lines,
    `${countParameters(spec)} parameters in ${dtype}, cost ${spec.cost}, initializer ${spec.initializer}`,
    `backend ${selection.backend.name} (${selection.backend.detail}): ${selection.reason}`,
  ].join('\n')
}

/**
 * Compiles the network for a task, and returns the kernel calls as text. `rows` is the number of rows in a batch.
 * @throws OptionError if the task does not exist, or if `rows` is not a whole number of at least 1
 */
export function list({ spec, dtype, kept }: Engine, task: TaskName, rows: number): string {
  if (!taskNames.includes(task)) throw optionError({ task }, `one of ${taskNames.join(', ')}`)
  checkInteger({ rows }, 1, 2 ** 31 - 1)
  return printProgram(compile(spec, { task, rows, dtype, standardized: standardizedIn(dtype, kept.standardization) }))
}
