import { isArray, tableEndings } from '../input/table-readers.js'
import type { Table } from '../input/tables.js'
import { typedName, type Values } from '../parsing/command.js'
import { wholeKind } from '../parsing/option-parsers.js'
import { UsageError } from '../parsing/usage-error.js'
import { dataOptions, isTablePlace, type Place, sourceOf, tableOptions } from './data-options.js'
import { named } from './learning-options.js'
import type { Training } from './training-options.js'

/** Which examples a network learns from, and how it comes by them. */
export const exampleOptions = {
  ...dataOptions,
  ...tableOptions,
  test: { value: 'FILE', meaning: 'a table to be judged by (default: a tenth of the rows is held out for that)' },
  testLabel: { value: 'FILE', meaning: 'the labels of --test where it is .npy' },
  count: { kind: wholeKind(1), meaning: 'how many examples to learn from (default: all of them; 60000 drawn digits)' },
  stream: { meaning: 'reads a table anew for each epoch, so that it need not fit into memory; needs --test' },
  window: {
    kind: wholeKind(1),
    meaning: 'rows of --stream that are shuffled together (default 65536, or what 64 MiB hold where that is less)',
  },
} as const

/** Where the examples are, and how they are read: as it stood before, changed by what was typed. @throws UsageError */
export function readPlace(args: Values<typeof exampleOptions>, before: Place | undefined): Place {
  const { place } = sourceOf(args, before)
  const { test, testLabel, stream, window } = args
  const typed = Object.entries({ test, testLabel, stream, window }).filter(([, value]) => value !== undefined)
  if (!isTablePlace(place)) {
    if (typed.length === 0) return place
    throw new UsageError(`--${typedName(typed[0][0])} is about a table: --data with ${tableEndings}, or --sql`)
  }
  const table: Table = { ...place, ...Object.fromEntries(typed) }
  checkTest(table)
  return table
}

function checkTest({ table, test, label, testLabel, stream, window, targets, inputs, bytes }: Table): void {
  if (stream && test === undefined) {
    throw new UsageError(
      '--stream needs --test FILE, a table to be judged by: no rows are held out of what is never all there',
    )
  }
  if (window !== undefined && !stream) {
    throw new UsageError('--window is about --stream: without it all rows are shuffled together')
  }
  if (test !== undefined && isArray(test) !== isArray(table)) {
    throw new UsageError(
      '--test must be .npy where --data is, and only there: the columns of one must be those of the other',
    )
  }
  if (isArray(table) && (targets || inputs || bytes)) {
    throw new UsageError(
      '--targets, --inputs and --bytes are not for .npy, whose columns have no names and whose type is its own',
    )
  }
  const needsTestLabel = isArray(test) && label !== undefined
  if (needsTestLabel !== (testLabel !== undefined)) {
    throw new UsageError('--test-label is the file of the labels of a --test that is .npy, and needed there')
  }
}

/** Options that need all rows at once, and what for. */
const refusals: readonly (readonly [(training: Training) => unknown, string])[] = [
  [
    ({ augmentation }) => augmentation,
    '--augment, --shift, --rotation, --scale and --elastic make over all pictures before an epoch',
  ],
  [({ trainingMetrics }) => trainingMetrics, '--training-metrics look at all examples once more after each epoch'],
  [
    ({ classWeights }) => classWeights === 'balanced',
    '--class-weights balanced counts the labels of all examples (type a number for each class)',
  ],
  [
    ({ optimizer }) => optimizer && named(optimizer).name === 'l-bfgs',
    '--optimizer l-bfgs learns from all examples at once',
  ],
]

/** @throws UsageError where what was asked for cannot be had of rows that are never in memory together */
export function checkStreamed(place: Place, training: Training): void {
  if (!isStreamed(place)) return
  const found = refusals.find(([isAsked]) => isAsked(training))
  if (found) throw new UsageError(`${found[1]}, and --stream never has all of them in memory`)
}

export const isStreamed = (place: Place): place is Table => isTablePlace(place) && place.stream === true

/** Whether how many examples there are must be known before the first epoch. */
export function needsCount({ lambda, schedule }: Training): boolean {
  return lambda !== undefined || (schedule !== undefined && ['cosine', 'one-cycle'].includes(named(schedule).name))
}
