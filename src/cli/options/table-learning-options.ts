import { splitNames } from '../input/cells.js'
import { isArray, isTable } from '../input/table-readers.js'
import { typedName, type Values } from '../parsing/command.js'
import { oneOf, wholeKind } from '../parsing/option-parsers.js'
import { UsageError } from '../parsing/usage-error.js'

/** The options of a run that learns from a table by the names and the kinds of its columns. */
export const tableLearningOptions = {
  preset: {
    kind: oneOf('plain', 'tabular', 'book'),
    meaning:
      'how a table is learned: plain (default where a column is named), which finds out what each column is; tabular, which takes longer and often answers better; book, which takes numbers as they are',
  },
  target: { value: 'COLUMN', meaning: 'the column with the number to predict; --label names one with classes' },
  numbers: { value: 'COLUMNS', meaning: 'the columns that are numbers' },
  categories: { value: 'COLUMNS', meaning: 'the columns that are categories, such as codes: zip,plan' },
  dates: { value: 'COLUMNS', meaning: 'the columns that are dates or times, as 2026-12-01 or 2026-12-01T08:30:00Z' },
  ignore: { value: 'COLUMNS', meaning: 'the columns that are not used' },
  minCount: { kind: wholeKind(1), meaning: 'categories in fewer rows count as one, "other" (default 5)' },
  onMisfit: { kind: oneOf('throw', 'skip'), meaning: 'what to do with rows that do not fit: throw (default) or skip' },
  schema: { value: 'FILE', meaning: 'what the columns are, as --save-schema wrote it and you changed it' },
  saveSchema: { value: 'FILE', meaning: 'writes what the columns are as JSON' },
} as const

/** Other options that such a run takes. */
const alsoKnown = [
  'data',
  'sql',
  'database',
  'test',
  'label',
  'delimiter',
  'decimal',
  'hidden',
  'seed',
  'epochs',
  'batchSize',
  'learningRate',
  'validationShare',
  'backend',
  'threads',
  'output',
  'force',
  'operands',
] as const

/**
 * Whether a run learns from a table by name: if an option asks for it, or if the label is the name of a column and no option
 * is typed that only the other runs have.
 * @throws UsageError if options of both are typed
 */
export function learnsByName(args: Values<typeof tableLearningOptions> & Readonly<Record<string, unknown>>): boolean {
  const { preset, data, sql, database, label } = args
  const typed = Object.keys(args).filter((name) => args[name] !== undefined)
  const own = Object.keys(tableLearningOptions).filter((name) => name !== 'preset' && typed.includes(name))
  const isTableFile = typeof data === 'string' && isTable(data) && !isArray(data)
  const isOfTable = data === undefined ? sql !== undefined : isTableFile && sql === undefined
  if (preset === 'book') {
    if (own.length > 0) throw new UsageError(`--${typedName(own[0])} is not for --preset book`)
    return false
  }
  const other = typed.find(
    (name) => !(alsoKnown as readonly string[]).includes(name) && !(name in tableLearningOptions),
  )
  if (preset === undefined && own.length === 0) {
    const isNamed = typeof label === 'string' && !/^\d+$/.test(label)
    return isOfTable && isNamed && other === undefined && (database === undefined || sql !== undefined)
  }
  const asked = `--${typedName(own[0] ?? 'preset')}`
  if (!isOfTable) throw new UsageError(`${asked} needs a table: --data with .csv, .tsv, .ndjson or .parquet, or --sql`)
  if (other !== undefined) throw new UsageError(`--${typedName(other)} does not go with ${asked}`)
  if (args.target === undefined && label === undefined) {
    throw new UsageError('a table needs --label or --target: which column has the answer?')
  }
  if (args.target !== undefined && label !== undefined) {
    throw new UsageError('--label and --target exclude each other: a row has either a class or a number')
  }
  return true
}

/** Returns the columns that an option names. */
export function namedColumns(option: string, text: string | undefined): readonly string[] | undefined {
  return text === undefined ? undefined : splitNames(`--${option}`, text)
}
