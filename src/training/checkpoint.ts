import type { Communicator } from '../backend/communicator.js'
import { broadcastText } from '../base/broadcast-text.js'
import { builtin } from '../base/builtin.js'
import { ModelError, OptionError } from '../base/errors.js'
import { makeFolder } from '../base/files.js'
import { allocate, type FloatArray } from '../base/memory.js'
import { readModel, writeModel } from '../engine/model-file.js'
import { floatArrayType } from '../program/arena.js'
import { copyParameters } from './best.js'
import type { CheckpointOptions } from './checkpoint-options.js'
import { lockFolder } from './folder-lock.js'
import type { TrainingRun } from './run.js'
import { parseRunState } from './run-state.js'

/** A training run that was saved to a file. */
export interface Checkpoint {
  /** The path of the file. */
  readonly path: string
  /** The number of the epoch that the run is in, from 1. */
  readonly epoch: number
  /** The number of rows that the network has learned from in this epoch. */
  readonly row: number
}

/**
 * The pattern of a checkpoint's file name, which contains the epoch and the row. The row is padded to nine digits, but
 * it may have more digits.
 */
const pattern = /^checkpoint-(\d{6})-(\d{9,})\.safetensors$/

/** Returns the file names of the checkpoints in the folder, from the oldest to the newest. */
async function checkpointsIn(folder: string): Promise<string[]> {
  const { readdir } = builtin('node:fs/promises')
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw new ModelError(`${folder} cannot be read as a folder of checkpoints: ${error.message}`)
  })
  return names.filter((name) => pattern.test(name)).sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
}

/**
 * Finds the newest checkpoint in a folder. A run with `checkpoint: { folder, resume: true }` continues from it.
 *
 * @returns The checkpoint, or undefined if the folder has none.
 * @throws ModelError if the folder cannot be read
 */
export async function newestCheckpoint(folder: string): Promise<Checkpoint | undefined> {
  const name = (await checkpointsIn(folder)).at(-1)
  if (name === undefined) return undefined
  const [, epoch, row] = pattern.exec(name) ?? []
  return { path: builtin('node:path').join(folder, name), epoch: Number(epoch), row: Number(row) }
}

/**
 * Creates the folder if it does not exist, and checks that files can be written there.
 * @throws ModelError if the folder cannot be created or written
 */
async function prepareFolder(folder: string): Promise<void> {
  const { access, constants } = builtin('node:fs/promises')
  const failTo = (what: string) => (error: NodeJS.ErrnoException) => {
    throw new ModelError(`the folder ${folder} cannot be ${what}: ${error.message}`, { cause: error })
  }
  await makeFolder(folder).catch(failTo('created'))
  await access(folder, constants.W_OK).catch(failTo('written'))
}

/**
 * Saves the run as `save` does. If this fails, calls the option `onError`, or throws the error if there is none. If several
 * ranks train together, only rank 0 saves the run.
 */
export async function saveCheckpoint(run: TrainingRun, options: CheckpointOptions): Promise<void> {
  if (run.plan.communicator && run.plan.communicator.rank !== 0) return
  try {
    await save(run, options)
  } catch (error) {
    if (!(error instanceof ModelError && options.onError)) throw error
    options.onError(error)
  }
}

/**
 * Saves the run to a file, which is written atomically. Then removes old checkpoints, so that the new one and the
 * `keep` - 1 checkpoints before it remain.
 * @throws ModelError if the folder cannot be created, if another run has saved checkpoints there since this run began,
 * or if the file cannot be written
 */
async function save(
  { engine, network, plan, state, checkpoints }: TrainingRun,
  { folder, keep = 3 }: CheckpointOptions,
): Promise<void> {
  const { rm } = builtin('node:fs/promises')
  const { join } = builtin('node:path')
  await prepareFolder(folder)
  const foreign = (await checkpointsIn(folder)).find((name) => !checkpoints.has(name))
  if (foreign !== undefined) {
    throw new ModelError(
      `no checkpoint is saved in ${folder}: another run has saved ${foreign} there since this run began; each run needs its own folder`,
    )
  }
  const { best, ...rest } = state
  const name = `checkpoint-${String(state.epoch).padStart(6, '0')}-${String(state.row).padStart(9, '0')}.safetensors`
  checkpoints.add(name)
  const text = JSON.stringify({
    ...rest,
    best: { score: Number.isFinite(best.score) ? best.score : null, epoch: best.epoch },
    optimizer: network.optimizer,
    plan: plan.identity,
  })
  const tensors = { optimizer: engine.kept.state, best: best.parameters }
  await writeModel(join(folder, name), engine, network, { run: { text, tensors } })
  const all = await checkpointsIn(folder)
  // Count and remove only checkpoints up to the new one. Later checkpoints in the folder, if any, are left alone.
  const older = all.slice(0, all.indexOf(name) + 1)
  for (const old of older.slice(0, -keep)) await rm(join(folder, old), { force: true })
}

/**
 * Prepares the folder for the checkpoints of this run alone, and continues from its newest checkpoint, if there is one.
 * Returns a function that lets other runs use the folder.
 * @throws ModelError if another run uses the folder or the folder cannot be written; all errors of `restore`
 */
export async function openCheckpoints(run: TrainingRun, options: CheckpointOptions): Promise<() => Promise<void>> {
  await prepareFolder(options.folder)
  const unlock = await lockFolder(options.folder)
  try {
    await restore(run, options)
    return unlock
  } catch (error) {
    await unlock()
    throw error
  }
}

/**
 * Lets rank 0 open the checkpoints as `openCheckpoints` does, and gives all other ranks the run that it continues. The
 * other ranks need not reach the folder.
 * @throws all errors of `openCheckpoints`, on rank 0; CommunicatorError if the ranks cannot communicate
 */
export async function openCheckpointsTogether(
  run: TrainingRun,
  communicator: Communicator,
  options: CheckpointOptions,
): Promise<() => Promise<void>> {
  const close = communicator.rank === 0 ? await openCheckpoints(run, options) : async () => {}
  const { engine, network } = run
  const { best, ...state } = run.state
  const ownBest = best.parameters !== engine.parameters
  const { standardization, inputNames } = engine.kept
  const facts = await broadcastJson(communicator, {
    state,
    best: { score: Number.isFinite(best.score) ? best.score : undefined, epoch: best.epoch, own: ownBest },
    epochsSeen: network.epochsSeen,
    history: network.history,
    optimizer: network.optimizer,
    stateLength: engine.kept.state.length,
    inputNames,
    standardization: standardization && {
      means: Array.from(standardization.means),
      factors: Array.from(standardization.factors),
    },
  })
  if (communicator.rank !== 0) {
    const { means, factors } = facts.standardization ?? {}
    engine.kept.standardization =
      means && factors ? { means: Float64Array.from(means), factors: Float64Array.from(factors) } : undefined
    engine.kept.inputNames = facts.inputNames
    engine.kept.state = allocate<FloatArray>(floatArrayType(engine.dtype), facts.stateLength)
    network.epochsSeen = facts.epochsSeen
    network.history = facts.history
    network.optimizer = facts.optimizer
    const { score = Number.NEGATIVE_INFINITY, epoch, own } = facts.best
    const parameters = own ? await copyParameters(engine) : engine.parameters
    run.state = { ...facts.state, began: facts.state.began, best: { score, epoch, parameters } }
  }
  for (const array of new Set([engine.parameters, run.state.best.parameters, engine.kept.state])) {
    if (array.length > 0) await communicator.broadcast(array)
  }
  return close
}

/** Returns the value of rank 0, which is sent as JSON. */
async function broadcastJson<T>(communicator: Communicator, value: T): Promise<T> {
  return JSON.parse(await broadcastText(communicator, JSON.stringify(value))) as T
}

/**
 * Restores the network, the optimizer and the run from the newest checkpoint in the folder, if there is one.
 * @throws OptionError if there is a checkpoint but `resume` is false, or if the checkpoint was saved by a different
 * network or with different options; ModelError if the checkpoint cannot be read
 */
async function restore(run: TrainingRun, { folder, resume = false }: CheckpointOptions): Promise<void> {
  const { engine, network, plan } = run
  const newest = await newestCheckpoint(folder)
  if (newest === undefined) return
  const { path } = newest
  // A new run must not save its checkpoints next to those of an old run. If the new run were resumed later, it could
  // continue from a checkpoint of the old run by mistake.
  if (!resume) {
    throw new OptionError(
      `${folder} already has checkpoints of a run: resume: true continues from ${path}; to start a new run, use another folder or remove them`,
    )
  }
  const model = await readModel(path)
  const { spec, dtype, seed, epochsSeen, parameters, standardization, inputNames, run: saved } = model
  for (const name of await checkpointsIn(folder)) run.checkpoints.add(name)
  if (!saved) throw new ModelError(`${path} is a model, not a checkpoint: it has no state of a training run`)
  const refuse = (what: string, there: string, here: string): never => {
    throw new OptionError(`${path} is from another run: its ${what} is ${there}, but this run's is ${here}`)
  }
  const [there, here] = [JSON.stringify(spec), JSON.stringify(engine.spec)]
  if (there !== here) refuse('network', there, here)
  if (dtype !== engine.dtype) refuse('dtype', dtype, engine.dtype)
  if (seed !== network.seed) refuse('seed', String(seed), String(network.seed))
  const { plan: savedPlan, optimizer, ...state } = parseRunState(path, saved.text)
  const [theirs, ours] = [savedPlan, plan.identity].map((text): Record<string, unknown> => JSON.parse(text))
  for (const key of new Set([...Object.keys(ours), ...Object.keys(theirs)])) {
    const [there, here] = [theirs[key], ours[key]].map((value) => JSON.stringify(value) ?? 'not set')
    if (there !== here) refuse(key, there, here)
  }
  const { optimizer: optimizerState, best } = saved.tensors
  const right = [optimizerState, best].every((tensor) => tensor?.constructor === parameters.constructor)
  if (!right || best.length !== parameters.length) throw new ModelError(`${path} lacks the tensors of its run`)
  engine.parameters.set(parameters)
  engine.kept.standardization = standardization
  engine.kept.inputNames = inputNames
  engine.kept.state = optimizerState
  network.epochsSeen = epochsSeen
  network.history = model.history
  network.schema ??= model.schema
  network.optimizer = optimizer
  const score = state.best.score ?? Number.NEGATIVE_INFINITY
  run.state = { ...state, best: { score, epoch: state.best.epoch, parameters: best } }
}
