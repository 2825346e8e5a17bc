import type { Communicator, Facts } from '../backend/communicator.js'
import { builtin } from '../base/builtin.js'
import { createChunkedLoop } from '../base/chunked-loop.js'
import { StoppedError } from '../base/errors.js'
import type { Dataset } from '../data/dataset.js'
import type { Plan } from './plan.js'
import type { TrainingRun } from './run.js'

/**
 * The number of updates after which the ranks compare their parameters. All ranks compute the same updates, so a
 * difference is a fault of a machine, and the run must not go on.
 */
export const updatesToComparison = 1000

/** Whether a run ended because this or another rank, or its only process, was told to end it. */
export function isInterruption({ signal }: Plan, error: unknown): boolean {
  return error instanceof StoppedError || (signal?.aborted === true && error === signal.reason)
}

/** Returns a number from 0 to 2^32 - 1 that depends on every bit of the arrays. */
async function checksum(...arrays: readonly (ArrayBufferView | undefined)[]): Promise<number> {
  const { crc32 } = builtin('node:zlib')
  const loop = createChunkedLoop()
  let sum = 0
  for (const array of arrays) {
    if (!array) continue
    const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
    await loop(bytes.length, (from, to) => {
      sum = crc32(bytes.subarray(from, to), sum)
    })
  }
  return sum
}

async function textOf(dataset: Dataset | undefined): Promise<string | undefined> {
  if (!dataset) return undefined
  const { rows, inputs, labels, targets, scale } = dataset
  return `${rows} rows with scale ${scale} and checksum ${await checksum(inputs, labels, targets)}`
}

/**
 * Checks that all ranks train the same network with the same options on the same data. Otherwise the whole job ends with
 * exit code 74 and a message that says what differs.
 */
export async function agreeOnRun({ engine, network, plan, examples }: TrainingRun): Promise<void> {
  const { communicator, options, weights, yieldEvery } = plan
  if (!communicator) return
  const { validation, earlyStopping, checkpoint, metrics, trainingMetrics } = options
  const identity: Readonly<Record<string, unknown>> = JSON.parse(plan.identity)
  const facts = {
    backend: engine.selection.backend.name,
    network: engine.spec,
    dtype: engine.dtype,
    seed: network.seed,
    ...identity,
    epochs: plan.epochs,
    metrics,
    trainingMetrics,
    earlyStopping,
    'sync.every': plan.localSteps,
    yieldEvery: typeof yieldEvery === 'function' ? 'function' : yieldEvery,
    'a checkpoint': checkpoint !== undefined,
    'training data': await textOf(examples.dataset),
    'row weights': weights && (await checksum(weights)),
    'validation data': await textOf(validation),
    'epochs before': network.epochsSeen,
  }
  const texts = Object.entries(facts).map(([name, value]) => [
    name,
    typeof value === 'object' ? JSON.stringify(value) : value,
  ])
  await communicator.agree(Object.fromEntries(texts) as Facts)
  await compareParameters(communicator, engine, 'before the run')
}

/**
 * Checks that all ranks have the same rows, order and learning rates in an epoch. Functions of the user, such as a
 * schedule, may give other results on other ranks.
 */
export async function agreeOnEpoch(
  { communicator, options }: Plan,
  epoch: number,
  rows: Dataset,
  order: Uint32Array | undefined,
  learningRates: Float64Array | undefined,
): Promise<void> {
  await communicator?.agree({
    [`order of the rows in epoch ${epoch}`]: order && (await checksum(order)),
    [`learning rates in epoch ${epoch}`]: learningRates && (await checksum(learningRates)),
    [`augmented rows in epoch ${epoch}`]: options.augmentation && (await textOf(rows)),
  })
}

/** Checks that all ranks have the same parameters, as `agreeOnRun` does. */
export async function compareParameters(
  communicator: Communicator,
  { parameters, kept }: Pick<TrainingRun['engine'], 'parameters' | 'kept'>,
  when: string,
): Promise<void> {
  const { means, factors } = kept.standardization ?? {}
  await communicator.agree({ [`parameters ${when}`]: await checksum(parameters, kept.state, means, factors) })
}
