import { basename, resolve } from 'node:path'
import {
  type Dataset,
  digits,
  findMnist,
  mnist,
  type Network,
  readIdxFolder,
  splitDataset,
  type TrainTestSplit,
} from '../../index.js'
import { digitSeeds } from '../../see/drawn-digits.js'
import { splitNames } from '../input/cells.js'
import { doubtfulInputs } from '../input/doubtful-inputs.js'
import { isCsv, isTable, tableEndings } from '../input/table-readers.js'
import { namedInputs, nameOfTable, readNamedTable, readTable, type Table, testOf } from '../input/tables.js'
import { typedName, type Values } from '../parsing/command.js'
import { decimalKind, delimiterKind, oneOf, yesOrNo } from '../parsing/option-parsers.js'
import { UsageError } from '../parsing/usage-error.js'
import { note } from '../terminal/terminal.js'

export const dataOptions = {
  dataset: {
    kind: oneOf('digits', 'mnist'),
    meaning: 'digits, which are drawn by the program (default), or mnist, which is downloaded once',
  },
  data: {
    value: 'PATH',
    meaning:
      'a folder of four IDX files, plain or gzip, named as those of MNIST; or a table: .csv, .tsv, .ndjson, .parquet or .npy',
  },
  sql: { value: 'QUERY', meaning: 'a query of DuckDB that gives the rows: "select * from \'digits.parquet\'"' },
} as const

/** The options that say how a text of CSV is written. */
export const csvOptions = {
  delimiter: {
    kind: delimiterKind,
    meaning: 'the character between the cells of CSV: "," or ";" or "|" or "\\t", a tab (default: ","; a tab for .tsv)',
  },
  decimal: {
    kind: decimalKind,
    meaning: 'the decimal mark of numbers in CSV: "." or "," (default "."); marks between thousands are not read',
  },
} as const

export const tableOptions = {
  database: { value: 'FILE', meaning: 'the DuckDB database for --sql (default: none, only files)' },
  header: {
    kind: yesOrNo,
    meaning: 'whether the first line of CSV names the columns: yes or no (default: detected; an error if unclear)',
  },
  ...csvOptions,
  label: { value: 'COLUMN', meaning: 'the column of a table with the class: its number from 0, or its name' },
  labelNames: {
    value: 'NAMES',
    meaning: 'the names of the classes in the order of the outputs: red,"blue, dark" (default: those in the table)',
  },
  targets: {
    value: 'COLUMNS',
    meaning: 'the columns with target values, instead of a label: a,b, or their numbers',
  },
  inputs: { value: 'COLUMNS', meaning: 'the columns with inputs: a,b,"c, d", or their numbers (default: all others)' },
  bytes: { meaning: 'inputs are whole numbers from 0 to 255: stored as bytes and scaled to 0 to 1' },
} as const

/** Where examples are read from: a built-in dataset, a folder of IDX files, or a table. */
export type Place = { readonly dataset: (typeof datasets)[number] } | { readonly folder: string } | Table

type DataArguments = Values<typeof dataOptions & typeof tableOptions>

/** Training and test examples, and the names of their classes, if any. */
export interface Examples extends TrainTestSplit {
  readonly labelNames?: readonly string[]
}

export const datasets = ['digits', 'mnist'] as const

/** A source of examples, and the words by which messages describe it. */
export interface Source {
  readonly place: Place
  /** A short name, such as "digits", "mnist", or the name of the folder or the table. */
  readonly name: string
  /** The verb in the status line, such as "drawing" or "reading". `done` is its past participle, such as "drawn". */
  readonly doing: string
  readonly done: string
  /** The number of classes, if it is known before the labels are read. */
  readonly classes?: number
  /**
   * Reads training and test examples. `count` is the number of training examples. `inputNames` are the names of the
   * inputs of the network that continues its training, if any.
   */
  split(count: number | undefined, signal?: AbortSignal, inputNames?: readonly string[]): Promise<Examples>
  /** Reads the first `count` test examples (default: all). `names` are the names that the network has, if any. */
  test(count: number | undefined, names?: Partial<Pick<Network, 'labelNames' | 'inputNames'>>): Promise<Dataset>
}

/** The options that say where the examples come from. The user may type only one of them. */
const placeOptions = ['dataset', 'data', 'sql'] as const

/** Whether the user typed an option that says where the examples come from. */
export const namesPlace = (args: DataArguments): boolean => placeOptions.some((name) => args[name] !== undefined)

/**
 * Returns the source of the examples: the one that the command-line options name, or `place` if they name none.
 * @throws UsageError if the options contradict each other
 */
export function sourceOf(args: DataArguments, place: Place = { dataset: 'digits' }): Source {
  return sourceAt(placeOf(args, place))
}

function placeOf(args: DataArguments, before: Place): Place {
  const typed = placeOptions.filter((name) => args[name] !== undefined).map((name) => `--${name}`)
  if (typed.length > 1) {
    throw new UsageError(`${typed.join(' and ')} exclude each other: the examples come from one place`)
  }
  const { dataset, data: path, sql } = args
  const table = path !== undefined && isTable(path) ? { table: path } : sql !== undefined ? { sql } : undefined
  const names = Object.keys(tableOptions) as (keyof typeof tableOptions)[]
  const option = names.find((name) => args[name] !== undefined)
  if (table || (typed.length === 0 && isTablePlace(before))) {
    return readTableOptions(args, table ?? (before as Table))
  }
  if (option !== undefined) {
    throw new UsageError(`--${typedName(option)} needs a table: --data with ${tableEndings}, or --sql`)
  }
  if (path !== undefined) return { folder: path }
  return dataset ? { dataset } : before
}

export const isTablePlace = (place: Place): place is Table => 'table' in place || 'sql' in place

function typedList(args: DataArguments, name: 'targets' | 'inputs' | 'labelNames'): string[] | undefined {
  const text = args[name]
  return text ? splitNames(`--${typedName(name)}`, text) : undefined
}

function readTableOptions(args: DataArguments, before: Table): Table {
  const { database, header, delimiter, decimal, label, bytes } = args
  const lists = {
    labelNames: typedList(args, 'labelNames'),
    targets: typedList(args, 'targets'),
    inputs: typedList(args, 'inputs'),
  }
  const given = { database, header, delimiter, decimal, label, ...lists, bytes }
  const table: Table = {
    ...before,
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined && value !== '')),
  }
  if (table.label !== undefined && table.targets) {
    throw new UsageError('--label and --targets exclude each other: a row has either a class or target values')
  }
  if (table.label === undefined && !table.targets) {
    throw new UsageError('a table needs --label or --targets: which column has the answer?')
  }
  if (table.database !== undefined && table.sql === undefined) {
    throw new UsageError('--database needs --sql, a query such as "select * from digits"')
  }
  const isText = table.table !== undefined && isCsv(table.table)
  if (header !== undefined && !isText) {
    throw new UsageError('--header is only for CSV, whose first line may be a header or a row')
  }
  if ((delimiter !== undefined || decimal !== undefined) && !isText) {
    throw new UsageError('--delimiter and --decimal are only for CSV')
  }
  return table
}

/** Returns the source that reads examples from this dataset, folder or table. */
export function sourceAt(place: Place): Source {
  if ('folder' in place) {
    return { ...filed(basename(resolve(place.folder)), () => readIdxFolder(place.folder)), place }
  }
  return isTablePlace(place) ? tabled(place) : sources[place.dataset]
}

/** The fraction of the rows of a table that is held out as test examples if there is no separate test table. */
const testShare = 0.1

function tabled(place: Table): Source {
  return {
    place,
    name: nameOfTable(place),
    doing: 'reading',
    done: 'read',
    async split(count, signal, inputNames) {
      const extent = signal && { signal }
      const { rows, labelNames } = await readNamedTable(place, { ...extent, ...namedInputs(place, inputNames) })
      const doubt = doubtfulInputs(place, rows)
      if (doubt !== undefined) note(doubt)
      const table = labelNames ? { ...place, labelNames } : place
      const testExtent = { ...extent, ...namedInputs(place, rows.inputNames) }
      const { training, test } =
        table.test === undefined ? heldOut(rows) : { training: rows, test: await readTable(testOf(table), testExtent) }
      return { training: firstOf(training, count), test, ...(labelNames && { labelNames }) }
    },
    async test(count, { labelNames, inputNames } = {}) {
      if (labelNames && place.labelNames) checkSameNames(place.labelNames, labelNames)
      const table = labelNames && place.label !== undefined ? { ...place, labelNames } : place
      const tested = table.test === undefined ? table : testOf(table)
      return firstOf(await readTable(tested, namedInputs(table, inputNames)), count)
    },
  }
}

/**
 * Checks that --label-names are the class names of the network. Otherwise, labels would stand for the wrong classes.
 * @throws UsageError if the names differ
 */
function checkSameNames(typed: readonly string[], ofNetwork: readonly string[]): void {
  if (typed.length === ofNetwork.length && typed.every((name, place) => name === ofNetwork[place])) return
  const [these, those] = [typed, ofNetwork].map((names) => names.map((name) => JSON.stringify(name)).join(', '))
  throw new UsageError(
    `--label-names are ${these}, but the classes of the network are ${those}: leave --label-names out`,
  )
}

/** Holds out test rows. The split does not depend on --seed, so that runs with different seeds can be compared. */
function heldOut(rows: Dataset): TrainTestSplit {
  const { training, validation } = splitDataset(rows, { fraction: testShare, seed: 0 })
  return { training, test: validation }
}

const defaultCounts = { training: 60_000, test: 10_000 }

/** Returns how many test digits are drawn beside a number of training digits. */
export const testDigitsFor = (training: number): number =>
  Math.max(1, Math.round((training * defaultCounts.test) / defaultCounts.training))

const draw = (part: keyof typeof digitSeeds, count: number, signal?: AbortSignal) =>
  digits({ count, seed: digitSeeds[part], ...(signal && { signal }) })

const drawn: Source = {
  place: { dataset: 'digits' },
  name: 'digits',
  doing: 'drawing',
  done: 'drawn',
  classes: 10,
  async split(count = defaultCounts.training, signal) {
    // The calls run one after another, because each call uses all threads.
    const training = await draw('training', count, signal)
    return { training, test: await draw('test', testDigitsFor(count), signal) }
  },
  test: (count = defaultCounts.test) => draw('test', count),
}

/** The sources of the built-in datasets. */
export const sources = {
  digits: drawn,
  mnist: { ...filed('mnist', readMnist), classes: 10, place: { dataset: 'mnist' } },
} as const satisfies Record<string, Source>

function filed(name: string, read: (signal?: AbortSignal) => Promise<TrainTestSplit>): Omit<Source, 'place'> {
  return {
    name,
    doing: 'reading',
    done: 'read',
    async split(count, signal) {
      const { training, test } = await read(signal)
      return { training: firstOf(training, count), test }
    },
    async test(count) {
      return firstOf((await read()).test, count)
    },
  }
}

function firstOf(dataset: Dataset, count = dataset.rows): Dataset {
  if (count <= dataset.rows) return dataset.slice(0, count)
  throw new UsageError(`--count must be at most ${dataset.rows}, the number of examples, not "${count}"`)
}

async function readMnist(signal?: AbortSignal): Promise<TrainTestSplit> {
  const fetching = !process.env.DESCENT_MNIST && (await findMnist()) === undefined
  if (fetching) note('MNIST is not on this machine: downloading it once, 11 MB')
  return mnist({ download: true, ...(signal && { signal }) })
}
