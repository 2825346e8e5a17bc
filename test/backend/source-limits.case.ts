import { expect, it } from 'vitest'
import type { Backend, Source } from '#src/backend/backend'
import { DataError } from '#src/base/errors'
import type { KernelName } from '#src/program/kernels'
import { type CommandTest, runCommand } from '../support/command.js'

interface Refusal {
  readonly kernel: KernelName
  readonly values: CommandTest['values']
  /** One row too few, or one number too large. */
  readonly source: Source
  readonly message: string
}

const orderOf = (...rows: number[]) => Uint32Array.from(rows)
const zeros = (length: number) => new Float64Array(length)

const gathered: [KernelName, CommandTest['values'], (rows: number) => Source, string][] = [
  ['gatherInputs', { rows: 2, width: 3 }, (rows) => ({ inputs: zeros(rows * 3) }), 'inputs'],
  ['gatherTargets', { rows: 2, width: 3 }, (rows) => ({ targets: zeros(rows * 3) }), 'targets'],
  ['gatherWeights', { rows: 2 }, (rows) => ({ weights: zeros(rows) }), 'weights'],
  ['oneHot', { rows: 2, classes: 3 }, (rows) => ({ labels: new Int32Array(rows) }), 'labels'],
]

/** Each run starts at row 4 and takes one pass: rows 4 and 5, or batch 2. */
const position = 4
const refusals: Refusal[] = [
  ...gathered.flatMap(([kernel, values, of, name]): Refusal[] => [
    { kernel, values, source: of(5), message: 'row 5 of the dataset: it has 5' },
    {
      kernel,
      values,
      source: { ...of(9), order: orderOf(0, 1, 2, 3, 4) },
      message: 'row 5 of the run: the order has 5',
    },
    {
      kernel,
      values,
      source: { ...of(9), order: orderOf(0, 1, 2, 3, 8, 9) },
      message: 'row 9 of the dataset: it has 9',
    },
    { kernel, values, source: {}, message: `the run has no ${name}` },
  ]),
  {
    kernel: 'gatherWeights',
    values: { rows: 2 },
    source: { first: 5, weights: zeros(9) },
    message: 'row 4 of the run: its source begins at row 5',
  },
  ...[3, -1].map((label) => ({
    kernel: 'oneHot' as const,
    values: { rows: 2, classes: 3 },
    source: { labels: Int32Array.of(0, 0, 0, 0, 2, label) },
    message: `label ${label} at row 5 is out of range: the network has 3 outputs, so labels go from 0 to 2`,
  })),
  ...[2, -1].map((label) => ({
    kernel: 'oneHot' as const,
    values: { rows: 2, classes: 1 },
    source: { labels: Int32Array.of(0, 0, 0, 0, 1, label) },
    message: `label ${label} at row 5 is out of range: the network has one output, so labels are 0 and 1`,
  })),
  {
    kernel: 'nextLearningRate',
    values: { rows: 1, batchSize: 2 },
    source: { learningRates: zeros(2) },
    message: 'batch 2 of the run: learningRates has 2',
  },
  {
    kernel: 'storeOutputs',
    values: { rows: 2, columns: 3 },
    source: { outputs: zeros(17) },
    message: 'outputs has 17 elements, the run needs 18',
  },
  {
    kernel: 'storeClasses',
    values: { rows: 2, columns: 3 },
    source: { classes: new Int32Array(5) },
    message: 'classes has 5 elements, the run needs 6',
  },
]

/** No kernel reads or writes beyond the arrays of the run, and its error says where it would have. */
export function sourceLimits(backend: Backend): void {
  const named = refusals.map((refusal) => [refusal.kernel, refusal.message, refusal] as const)
  it.each(named)('%s refuses a run that goes on where its source ends: %s', (kernel, message, { values, source }) => {
    const command = { kernel, dtype: 'float64', values, source, position, withPlain: false } as const
    // Comparing with an error compares the messages, and the matcher compares the class.
    expect(() => runCommand(backend, command)).toThrow(new DataError(message))
    expect(() => runCommand(backend, command)).toThrow(DataError)
  })
}
