import { allocate, type FloatArray } from '../base/memory.js'
import type { Engine } from '../engine/engine.js'
import { floatArrayType } from '../program/arena.js'
import { copy, createChunkedLoop } from './chunked-loops.js'
import type { Epoch } from './epoch.js'
import type { Plan } from './plan.js'
import type { RunState } from './run-state.js'

/** The parameters as they are now. */
export async function copyParameters({ parameters, dtype }: Engine): Promise<FloatArray> {
  const values = allocate<FloatArray>(floatArrayType(dtype), parameters.length)
  await copy(createChunkedLoop(), parameters, values)
  return values
}

/** Keeps the parameters if they are better than all before, and tells whether they are. */
export async function keepBest(
  { monitor }: Plan,
  { best }: RunState,
  score: number,
  epoch: number,
  parameters: FloatArray,
): Promise<boolean> {
  const better = score > best.score + monitor.minDelta || best.score === Number.NEGATIVE_INFINITY
  if (!better) return false
  best.score = score
  best.epoch = epoch
  await copy(createChunkedLoop(), parameters, best.parameters)
  return true
}

/**
 * Keeps the best parameters, lowers the learning rate where the schedule says so, and tells whether the run ends. (Without a
 * validation dataset the cost is of the parameters before the epoch's last update, and those at its start have been kept.)
 */
export async function follow(
  engine: Engine,
  plan: Plan,
  course: RunState,
  { number, cost, validation }: Epoch,
): Promise<boolean> {
  const { monitor, schedule } = plan
  const better = validation
    ? await keepBest(plan, course, monitor.score(cost, validation), number, engine.parameters)
    : course.best.epoch === number - 1
  if (better) {
    course.waited = 0
    course.waitedForRate = 0
    return false
  }
  course.waited++
  course.waitedForRate++
  const { plateau } = schedule
  if (plateau && course.waitedForRate >= plateau.patience) {
    course.waitedForRate = 0
    course.factor *= plateau.factor
    if (course.factor < plateau.smallestFactor) return true
  }
  return course.waited >= monitor.patience
}
