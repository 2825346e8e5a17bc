import { isArray, tableEndings } from '../input/table-readers.js'
import type { Table } from '../input/tables.js'
import { typedName, type Values } from '../parsing/command.js'
import { wholeKind } from '../parsing/option-parsers.js'
import { UsageError } from '../parsing/usage-error.js'
import { dataOptions, isTablePlace, type Place, sourceOf, tableOptions } from './data-options.js'
import { named } from './learning-options.js'
import type { Training } from './training-options.js'

/** The options that choose the training examples. */
export const exampleOptions = {
  ...dataOptions,
  ...tableOptions,
  test: { value: 'FILE', meaning: 'the table of the test (default: a tenth of the rows is held out for it)' },
  testLabel: { value: 'FILE', meaning: 'the labels of --test if that is .npy' },
  count: { kind: wholeKind(1), meaning: 'number of training examples (default: all; 60000 drawn digits)' },
  stream: { meaning: 'reads a table again for each epoch, so that it need not fit into memory; needs --test' },
  window: {
    kind: wholeKind(1),
    meaning: 'number of rows that --stream shuffles together (default 65536, or fewer if they exceed 64 MiB)',
  },
} as const

/**
 * Returns where the examples are read from. Command-line options replace the settings of the --from file (`before`).
 * @throws UsageError if the options contradict each other
 */
export function readPlace(args: Values<typeof exampleOptions>, before: Place | undefined): Place {
  const { place } = sourceOf(args, before)
  const { test, testLabel, stream, window } = args
  const typed = Object.entries({ test, testLabel, stream, window }).filter(([, value]) => value !== undefined)
  if (!isTablePlace(place)) {
    if (typed.length === 0) return place
    throw new UsageError(`--${typedName(typed[0][0])} needs a table: --data with ${tableEndings}, or --sql`)
  }
  const table: Table = { ...place, ...Object.fromEntries(typed) }
  checkTest(table)
  return table
}

function checkTest({ table, test, label, testLabel, stream, window, targets, inputs, bytes }: Table): void {
  if (stream && test === undefined) {
    throw new UsageError('--stream needs --test FILE, a table for the test: no rows can be held out of a stream')
  }
  if (window !== undefined && !stream) {
    throw new UsageError('--window needs --stream: without it all rows are shuffled together')
  }
  if (test !== undefined && isArray(test) !== isArray(table)) {
    throw new UsageError('--test must be .npy if and only if --data is: both must have the same columns')
  }
  if (isArray(table) && (targets || inputs || bytes)) {
    throw new UsageError(
      '--targets, --inputs and --bytes are not for .npy, which has no column names and has its own type',
    )
  }
  const needsTestLabel = isArray(test) && label !== undefined
  if (needsTestLabel !== (testLabel !== undefined)) {
    throw new UsageError('--test-label names the labels of a --test that is .npy, and only such a --test needs it')
  }
}

/**
 * The options that cannot be combined with --stream, because they need all rows in memory. An entry has two parts: a
 * function that returns whether the option is set, and the beginning of the error message.
 */
const refusals: readonly (readonly [(training: Training) => unknown, string])[] = [
  [
    ({ augmentation }) => augmentation,
    '--augment, --shift, --rotation, --scale and --elastic change all pictures before an epoch',
  ],
  [({ trainingMetrics }) => trainingMetrics, '--training-metrics evaluates all examples after each epoch'],
  [
    ({ classWeights }) => classWeights === 'balanced',
    '--class-weights balanced counts the labels of all examples (type a number for each class)',
  ],
  [
    ({ optimizer }) => optimizer && named(optimizer).name === 'l-bfgs',
    '--optimizer l-bfgs learns from all examples at once',
  ],
]

/** @throws UsageError if the examples are read as a stream but an option needs all rows in memory */
export function checkStreamed(place: Place, training: Training): void {
  if (!isStreamed(place)) return
  const found = refusals.find(([isAsked]) => isAsked(training))
  if (found) throw new UsageError(`${found[1]}, but --stream never has all of them in memory`)
}

export const isStreamed = (place: Place): place is Table => isTablePlace(place) && place.stream === true

/** Whether the number of examples must be known before the first epoch. */
export function needsCount({ lambda, schedule }: Training): boolean {
  const counted = ['cosine', 'one-cycle', 'coslog4']
  return lambda !== undefined || (schedule !== undefined && counted.includes(named(schedule).name))
}
