import { access, readFile, writeFile } from 'node:fs/promises'
import {
  type DataTableOptions,
  type Epoch,
  ModelError,
  type OpenTableOptions,
  OptionError,
  type RowCounts,
  type TableModel,
  type TableSchema,
  trainTable,
} from '../../index.js'
import { openNamedTable } from '../input/open-named-table.js'
import { nameOfTable } from '../input/tables.js'
import { type machineOptions, readMachine } from '../options/network-options.js'
import { namedColumns, type tableLearningOptions } from '../options/table-learning-options.js'
import { metricsText, schemaText } from '../output/schema-text.js'
import { printTableTest } from '../output/table-test.js'
import type { Values } from '../parsing/command.js'
import { columns, count, duration } from '../parsing/format.js'
import { UsageError } from '../parsing/usage-error.js'
import { catchInterruption } from '../terminal/interruption.js'
import { invocation, shellWord } from '../terminal/invocation.js'
import { print } from '../terminal/terminal.js'
import { checkNotRead, checkWritable } from './output.js'
import { checkModelName } from './train-output.js'
import { epochLine } from './training-report.js'

/** The arguments of a run that learns from a table by the names of its columns. */
export interface TableArguments extends Values<typeof tableLearningOptions>, Values<typeof machineOptions> {
  readonly data?: string | undefined
  readonly sql?: string | undefined
  readonly database?: string | undefined
  readonly test?: string | undefined
  readonly label?: string | undefined
  readonly delimiter?: OpenTableOptions['delimiter']
  readonly decimal?: OpenTableOptions['decimal']
  readonly hidden?: readonly number[] | undefined
  readonly seed?: number | undefined
  readonly epochs?: number | undefined
  readonly batchSize?: number | undefined
  readonly learningRate?: number | undefined
  readonly validationShare?: number | 'none' | undefined
  readonly output?: string | undefined
  readonly force?: true | undefined
}

/** Trains on a table, says what each column was taken for, and saves the network. Resolves to the exit code. */
export async function trainOnTable(args: TableArguments): Promise<number | undefined> {
  const { data, sql, database, test, seed = 0, onMisfit = 'throw' } = args
  const machine = readMachine(args)
  const name = nameOfTable(sql === undefined ? { table: data ?? '' } : { sql })
  const output = args.output ?? `${name}.safetensors`
  checkModelName(output)
  await checkNotRead({ option: '--output', path: output }, [
    ...(data === undefined ? [] : [{ option: '--data', path: data }]),
    ...(test === undefined ? [] : [{ option: '--test', path: test }]),
    ...(database === undefined ? [] : [{ option: '--database', path: database }]),
  ])
  await checkWritable(output)
  if (args.output === undefined && !args.force && (await isThere(output))) {
    throw new ModelError(
      `${output} is there already, from another run: --force replaces it, --output FILE saves under another name`,
    )
  }
  const signal = catchInterruption()
  const table = await openNamedTable(args, { ...(await schemaOptions(args)), signal })
  const { schema } = table
  if (!schema) throw new UsageError('a table needs --label or --target: which column has the answer?')
  if (args.saveSchema !== undefined) await saveSchema(args.saveSchema, schema)
  await print(`${schemaText(schema)}\n${howToChange(args)}\n`)
  const counts: RowCounts = { rows: 0, misfits: 0, withoutTarget: 0, unseen: {} }
  const { epochs, batchSize, learningRate, hidden, validationShare, preset } = args
  const learning = {
    ...(epochs !== undefined && { epochs }),
    ...(batchSize !== undefined && { batchSize }),
    ...(learningRate !== undefined && { learningRate }),
    ...(typeof validationShare === 'number' && { validation: validationShare }),
  }
  const seen: Epoch[] = []
  const lines: Promise<void>[] = []
  const start = performance.now()
  const model = await trainTable(table, {
    ...learning,
    ...machine,
    ...(preset === 'tabular' && { preset }),
    hidden,
    seed,
    onMisfit,
    counts,
    signal,
    onEpoch: (epoch, all) => {
      seen.push(epoch)
      lines.push(print(epochLine(epoch, all)))
    },
  })
  await Promise.all(lines)
  const seconds = (performance.now() - start) / 1000
  await model.save(output)
  await print(closing(model, seen, counts, output, seconds))
  if (test !== undefined) {
    await print('')
    await printTableTest(model, { data: test, delimiter: args.delimiter, decimal: args.decimal })
  }
  await print(
    `\nTry next:\n  ${invocation()} predict ${shellWord(output)} ${shellWord(test ?? data ?? 'rows.csv')}\n  ${invocation()} info ${shellWord(output)}`,
  )
  return undefined
}

/** Returns what is known about the columns: the options, or a schema from a file. */
async function schemaOptions(args: TableArguments): Promise<DataTableOptions> {
  const { label, target, schema, minCount } = args
  if (schema === undefined) {
    return {
      target: target ?? label ?? '',
      ...(target !== undefined && { task: 'number' as const }),
      numbers: namedColumns('numbers', args.numbers),
      categories: namedColumns('categories', args.categories),
      dates: namedColumns('dates', args.dates),
      ignore: namedColumns('ignore', args.ignore),
      minCount,
    }
  }
  const other = (['numbers', 'categories', 'dates', 'ignore', 'minCount'] as const).find(
    (name) => args[name] !== undefined,
  )
  if (other !== undefined) throw new UsageError(`--${other} does not go with --schema, which says what the columns are`)
  const text = await readFile(schema, 'utf8').catch(() => {
    throw new UsageError(`--schema must be a file that can be read, not ${JSON.stringify(schema)}`)
  })
  try {
    return { schema: JSON.parse(text) as TableSchema }
  } catch {
    throw new OptionError(`${schema} is not JSON`)
  }
}

async function saveSchema(path: string, schema: TableSchema): Promise<void> {
  await checkWritable(path)
  await writeFile(path, `${JSON.stringify(schema, null, 2)}\n`)
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

function howToChange({ schema }: TableArguments): string {
  if (schema !== undefined) return 'as the schema says'
  return 'to change this: --numbers, --categories, --dates or --ignore, each with names of columns'
}

/** Returns the text after the training: how good the best epoch was, the rows left out, and where the network is. */
function closing(
  { network, schema }: TableModel,
  epochs: readonly Epoch[],
  counts: RowCounts,
  output: string,
  seconds: number,
): string {
  const costOf = ({ validation }: Epoch) => validation?.cost ?? Number.POSITIVE_INFINITY
  const best = epochs.reduce((a, b) => (costOf(b) < costOf(a) ? b : a))
  const left = [
    ...(counts.withoutTarget > 0 ? [`${count(counts.withoutTarget)} without ${schema.target.name}`] : []),
    ...(counts.misfits > 0 ? [`${count(counts.misfits)} that do not fit`] : []),
  ]
  return columns([
    ['best epoch', `${best.number}, by rows held out: ${metricsText(best.validation, schema)}`],
    ['rows', `${count(counts.rows)}${left.length > 0 ? `; left out: ${left.join(', ')}` : ''}`],
    ['time', duration(seconds)],
    ['backend', `${network.backend.name}: ${network.backend.reason}`],
    ['saved in', output],
  ])
}
