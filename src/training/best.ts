import { allocate, type FloatArray } from '../base/memory.js'
import type { Engine } from '../engine/engine.js'
import { floatArrayType } from '../program/arena.js'
import { copy, createChunkedLoop } from './chunked-loops.js'
import type { Epoch } from './epoch.js'
import type { TrainingRun } from './run.js'

/** Copies the current parameters. */
export async function copyParameters({ parameters, dtype }: Engine): Promise<FloatArray> {
  const values = allocate<FloatArray>(floatArrayType(dtype), parameters.length)
  await copy(createChunkedLoop(), parameters, values)
  return values
}

/** If the score is better than all earlier scores, keeps a copy of the parameters and returns true. */
export async function keepBest(
  { plan, state }: TrainingRun,
  score: number,
  epoch: number,
  parameters: FloatArray,
): Promise<boolean> {
  const { best } = state
  const isBetter = score > best.score + plan.monitor.minDelta || best.score === Number.NEGATIVE_INFINITY
  if (!isBetter) return false
  best.score = score
  best.epoch = epoch
  await copy(createChunkedLoop(), parameters, best.parameters)
  return true
}

/**
 * Keeps a copy of the parameters after an epoch if they are the best so far. Lowers the learning rate if the plateau
 * schedule requires it. Returns whether the run ends.
 *
 * Without a validation dataset, the score of an epoch is its training cost. This cost belongs to the parameters from
 * before the epoch, which the caller has already passed to `keepBest`.
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
