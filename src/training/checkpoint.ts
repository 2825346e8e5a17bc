import { builtin } from '../base/builtin.js'
import { ModelError, OptionError } from '../base/errors.js'
import { readModel, writeModel } from '../engine/model-file.js'
import type { CheckpointOptions } from './checkpoint-options.js'
import type { TrainingRun } from './run.js'
import { parseRunState } from './run-state.js'

/** More than a billion rows of an epoch have more digits. */
const pattern = /^checkpoint-(\d{6})-(\d{9,})\.safetensors$/

/** The folder's checkpoints, the oldest first. */
async function checkpointsIn(folder: string): Promise<string[]> {
  const { readdir } = builtin('node:fs/promises')
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw new ModelError(`${folder} cannot be read as a folder of checkpoints: ${error.message}`)
  })
  return names.filter((name) => pattern.test(name)).sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
}

/** Saves the run as it stands, whole or not at all, and removes what is older than the last `keep`. @throws ModelError */
export async function saveCheckpoint(
  { engine, network, plan, state }: TrainingRun,
  { folder, keep = 3 }: CheckpointOptions,
): Promise<void> {
  const { mkdir, rm } = builtin('node:fs/promises')
  const { join } = builtin('node:path')
  try {
    await mkdir(folder, { recursive: true })
  } catch (error) {
    throw new ModelError(
      `the folder ${folder} cannot be made: ${error instanceof Error ? error.message : String(error)}`,
    )
  }
  const { best, ...rest } = state
  const name = `checkpoint-${String(state.epoch).padStart(6, '0')}-${String(state.row).padStart(9, '0')}.safetensors`
  const text = JSON.stringify({
    ...rest,
    best: { score: Number.isFinite(best.score) ? best.score : null, epoch: best.epoch },
    optimizer: network.optimizer,
    plan: plan.identity,
  })
  const tensors = { optimizer: engine.kept.state, best: best.parameters }
  await writeModel(join(folder, name), engine, network, { text, tensors })
  const all = await checkpointsIn(folder)
  // What lies behind this one is of a run that this one has overtaken.
  const older = all.slice(0, all.indexOf(name) + 1)
  for (const old of older.slice(0, -keep)) await rm(join(folder, old), { force: true })
}

/**
 * Brings the network, the optimizer and the run to where the newest checkpoint of the folder was, where there is one.
 * @throws OptionError where there is one and the run is not to go on from it, or it was made by another network or with other
 * options; ModelError where it cannot be read
 */
export async function openCheckpoints(run: TrainingRun, { folder, resume = false }: CheckpointOptions): Promise<void> {
  const { engine, network, plan } = run
  const name = (await checkpointsIn(folder)).at(-1)
  if (name === undefined) return
  const path = builtin('node:path').join(folder, name)
  // Whoever resumes this run later would take that for its newest checkpoint.
  if (!resume) {
    throw new OptionError(
      `${folder} has checkpoints of a run already: resume: true goes on from ${path}; to begin anew, take another folder or remove them`,
    )
  }
  const { spec, dtype, seed, epochsSeen, parameters, standardization, run: saved } = await readModel(path)
  if (!saved) throw new ModelError(`${path} is a model, not a checkpoint: it does not say where its training stood`)
  const refuse = (what: string, there: string, here: string): never => {
    throw new OptionError(`${path} is of another run: its ${what} is ${there}, that of this run is ${here}`)
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
  const { optimizer: ofOptimizer, best } = saved.tensors
  const right = [ofOptimizer, best].every((tensor) => tensor?.constructor === parameters.constructor)
  if (!right || best.length !== parameters.length) throw new ModelError(`${path} lacks the tensors of its run`)
  engine.parameters.set(parameters)
  engine.kept.standardization = standardization
  engine.kept.state = ofOptimizer
  network.epochsSeen = epochsSeen
  network.optimizer = optimizer
  const score = state.best.score ?? Number.NEGATIVE_INFINITY
  run.state = { ...state, best: { score, epoch: state.best.epoch, parameters: best } }
}
