import type { Dataset } from '../data/dataset.js'
import type { Engine } from '../engine/engine.js'
import { evaluate } from '../engine/evaluate.js'
import { addEpoch } from '../engine/history.js'
import { networkOf, traceRun } from '../engine/tracing.js'
import type { TrainingState } from '../engine/training-state.js'
import { learnInBatches } from './batch-stepper.js'
import { copyParameters, follow, keepBest } from './best.js'
import { openCheckpoints, openCheckpointsTogether, saveCheckpoint } from './checkpoint.js'
import { datasetExamples } from './dataset-examples.js'
import type { Epoch } from './epoch.js'
import { startOptimizer } from './epoch-job.js'
import { createLbfgsStepper } from './lbfgs-stepper.js'
import type { Pause, PauseOptions } from './pause.js'
import { planTraining, type TrainOptions } from './plan.js'
import { agreeOnRun, compareParameters, isInterruption } from './ranks.js'
import type { Stepper, TrainingRun } from './run.js'
import { startRunState } from './run-state.js'
import { sourceExamples } from './source-examples.js'
import { type BatchSource, checkReopened, planSource, type SourceOptions } from './source-plan.js'

/**
 * Checks the options of a training run and prepares the run.
 * @throws OptionError if an option is wrong, DataError if a dataset does not fit the network
 */
export function planRun(
  engine: Engine,
  network: TrainingState,
  rows: Dataset | BatchSource,
  options: (TrainOptions | SourceOptions) & PauseOptions,
): TrainingRun {
  const state = startRunState(engine.parameters)
  if (typeof rows === 'function') {
    const plan = planSource(engine, rows, options as SourceOptions)
    return { engine, network, plan, examples: sourceExamples(engine, plan), state, checkpoints: new Set() }
  }
  checkReopened(rows)
  const plan = planTraining(engine, rows, options as TrainOptions)
  return { engine, network, plan, examples: datasetExamples(rows), state, checkpoints: new Set() }
}

/**
 * Trains the network (Nielsen, chapter 1), and yields the pauses that `yieldEvery` asks for and the result of each epoch.
 * Whenever it has yielded, the network is idle, so it can be evaluated, changed and saved.
 */
export async function* train(run: TrainingRun): AsyncGenerator<Epoch | Pause, Epoch[], undefined> {
  const { engine } = run
  const { checkpoint } = run.plan.options
  const { communicator } = run.plan
  // Do not await anything before the first call of `occupy`. Until this call the network is not marked as busy, so
  // other calls could change the network.
  if (communicator) await engine.occupy('training', () => agreeOnRun(run))
  if (!checkpoint) return yield* trainEpochs(run)
  const closeFolder = await engine.occupy('training', () =>
    communicator ? openCheckpointsTogether(run, communicator, checkpoint) : openCheckpoints(run, checkpoint),
  )
  try {
    return yield* trainEpochs(run)
  } finally {
    await closeFolder()
  }
}

async function* trainEpochs(run: TrainingRun): AsyncGenerator<Epoch | Pause, Epoch[], undefined> {
  const { engine, plan, examples } = run
  const { optimizer, options } = plan
  const { state } = run
  const stepper =
    optimizer.name === 'l-bfgs'
      ? createLbfgsStepper(engine, optimizer.settings.historySize, plan.communicator)
      : learnInBatches
  while (state.epoch <= plan.epochs && !state.ended) {
    const context = () => ({ network: networkOf(engine), epoch: state.epoch, rows: examples.rows, options })
    const epoch = yield* traceRun('epoch', context, occupying(engine, learnEpoch(run, stepper)))
    yield epoch
  }
  return state.history
}

/**
 * Passes on the pauses and the result of an epoch. The network is busy while the epoch computes, and idle at its pauses.
 * The epoch is closed if the caller abandons it at a pause.
 */
async function* occupying(
  engine: Engine,
  epoch: AsyncIterator<Pause, Epoch, undefined>,
): AsyncGenerator<Pause, Epoch, undefined> {
  try {
    for (;;) {
      const { done, value } = await engine.occupy('training', () => epoch.next())
      if (done) return value
      yield value
    }
  } finally {
    await epoch.return?.()
  }
}

async function* learnEpoch(run: TrainingRun, stepper: Stepper): AsyncGenerator<Pause, Epoch, undefined> {
  const { engine, network, plan, examples, state } = run
  const { checkpoint, signal, validation, metrics, trainingMetrics } = plan.options
  const number = state.epoch
  // From here until the end of the epoch, calls such as `predict` read copies of the parameters.
  engine.publish()
  if (state.best.parameters === engine.parameters) state.best.parameters = await copyParameters(engine)
  // Call this in every epoch. Since the last epoch, `partialFit` may have used a different optimizer, and then the
  // state of that optimizer must be cleared.
  startOptimizer(engine, network, plan, number > 1 || state.row > 0)
  try {
    const rows = await examples.open(run)
    const before = validation ? undefined : await copyParameters(engine)
    let seconds = 0
    let start = performance.now()
    for await (const pause of stepper(run, rows)) {
      seconds += (performance.now() - start) / 1000
      yield pause
      start = performance.now()
      // At the pause, the caller may have changed the parameters or used another optimizer.
      engine.publish()
      startOptimizer(engine, network, plan, true)
    }
    seconds += (performance.now() - start) / 1000
    const cost = state.sum / state.row
    if (before) await keepBest(run, plan.monitor.score(cost, undefined), number - 1, before)
    const { communicator } = plan
    if (communicator) await compareParameters(communicator, engine, `after epoch ${number}`)
    const evaluation = validation && (await evaluate(engine, validation, { signal, metrics, communicator }))
    const training =
      trainingMetrics && examples.dataset
        ? await evaluate(engine, examples.dataset, { signal, metrics: trainingMetrics, communicator })
        : undefined
    const learningRate = rows.learningRate(state.row)
    const accuracy = evaluation?.accuracy
    if (state.source) state.source.steps += rows.updates(state.row)
    return await endEpoch(run, { number, cost, accuracy, validation: evaluation, training, learningRate, seconds })
  } catch (error) {
    // Save an aborted run, even if it was aborted after the last row of the epoch, during the evaluation.
    if (checkpoint && isInterruption(plan, error)) await saveCheckpoint(run, checkpoint)
    throw error
  }
}

/** Advances to the next epoch or ends the run. Saves a checkpoint if one is due. */
async function endEpoch(run: TrainingRun, epoch: Epoch): Promise<Epoch> {
  const { engine, network, plan, state } = run
  const { checkpoint } = plan.options
  network.epochsSeen++
  addEpoch(network.history, epoch)
  state.history.push(epoch)
  state.ended = await follow(run, epoch)
  state.epoch++
  state.row = 0
  state.sum = 0
  const isLast = state.ended || epoch.number === plan.epochs
  if (isLast && plan.monitor.restoreBest) engine.parameters.set(state.best.parameters)
  if (checkpoint && (isLast || epoch.number % (checkpoint.everyEpochs ?? 1) === 0)) {
    await saveCheckpoint(run, checkpoint)
  }
  return epoch
}
