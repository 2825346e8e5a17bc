import { createChunkedLoop } from '../base/chunked-loop.js'
import { allocate, type FloatArray } from '../base/memory.js'
import type { Engine } from '../engine/engine.js'
import { floatArrayType } from '../program/arena.js'
import { copy } from './chunked-loops.js'
import type { Epoch } from './epoch.js'
import type { TrainingRun } from './run.js'

/** Copies the current parameters. */
export async function copyParameters({ parameters, dtype }: Engine): Promise<FloatArray> {
  const values = allocate<FloatArray>(floatArrayType(dtype), parameters.length)
  await copy(createChunkedLoop(), parameters, values)
  return values
}

/**
 * If the score is better than all earlier scores, keeps a copy of the parameters and returns true. If it equals the best
 * one, the early stopping decides which parameters to keep, and the result is false.
 */
export async function keepBest(
  { plan, state }: TrainingRun,
  score: number,
  epoch: number,
  parameters: FloatArray,
): Promise<boolean> {
  const { best } = state
  const isBetter = score > best.score + plan.monitor.minDelta || best.score === Number.NEGATIVE_INFINITY
  const isTie = plan.monitor.keepsLast && score === best.score
  if (!isBetter && !isTie) return false
  best.score = score
  best.epoch = epoch
  await copy(createChunkedLoop(), parameters, best.parameters)
  return isBetter
}

/**
 * Returns whether the run must end after this epoch. Keeps a copy of the parameters if they are the best so far, and
 * lowers the learning rate if the schedule 'plateau' requires it.
 *
 * Without a validation dataset, the score is computed from the training cost of the epoch. This score belongs to the
 * parameters from before the epoch. The caller has already passed the score and these parameters to `keepBest`.
 */
export async function follow(run: TrainingRun, { number, cost, validation }: Epoch): Promise<boolean> {
  const { engine, plan, state } = run
  const { monitor, schedule } = plan
  const isBetter = validation
    ? await keepBest(run, monitor.score(cost, validation), number, engine.parameters)
    : state.best.epoch === number - 1
  if (isBetter) {
    state.waited = 0
    state.waitedForRate = 0
    return false
  }
  state.waited++
  state.waitedForRate++
  const { plateau } = schedule
  if (plateau && state.waitedForRate >= plateau.patience) {
    state.waitedForRate = 0
    state.factor *= plateau.factor
    if (state.factor < plateau.smallestFactor) return true
  }
  return state.waited >= monitor.patience
}
