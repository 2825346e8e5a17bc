import { isObject } from '../base/checks.js'
import { ModelError } from '../base/errors.js'
import type { FloatArray } from '../base/memory.js'
import type { Epoch } from './epoch.js'

/** The state of a training run between two batches, without the network itself. Checkpoints contain this state. */
export interface RunState {
  /**
   * The number of the current epoch, from 1. `row` is the number of rows that the network has learned from in this
   * epoch.
   */
  epoch: number
  row: number
  /** The summed cost of the rows that the network has learned from in the current epoch. */
  sum: number
  /** The mean cost of the run's first batch. Undefined before this batch. */
  began: number | undefined
  /** The factor by which the learning rate is multiplied. The plateau schedule lowers this factor. */
  factor: number
  best: { score: number; epoch: number; parameters: FloatArray }
  /**
   * The number of epochs since the best epoch. `waitedForRate` is the number of epochs since the best epoch or since
   * the learning rate was last lowered, whichever is later.
   */
  waited: number
  waitedForRate: number
  /** Whether the run has ended before its last epoch. */
  ended: boolean
  history: Epoch[]
  /**
   * Additional state of a run whose training rows come from a source. Undefined for other runs. `steps` is the number
   * of updates in earlier epochs. `costOfZeros` is the highest cost of any row so far, computed as if all outputs of
   * the network were 0. `ranks` is the number of ranks that train together; by default it is 1.
   */
  source?: { steps: number; costOfZeros: number; ranks?: number }
}

/**
 * Returns the state of a run before its first epoch. The best parameters are the network's own array at first. The run
 * copies this array before it updates the network.
 */
export function startRunState(parameters: FloatArray): RunState {
  return {
    epoch: 1,
    row: 0,
    sum: 0,
    began: undefined,
    factor: 1,
    best: { score: Number.NEGATIVE_INFINITY, epoch: 0, parameters },
    waited: 0,
    waitedForRate: 0,
    ended: false,
    history: [],
  }
}

/** The state of a run as JSON, as saved in a checkpoint. The best parameters are saved separately, as a tensor. */
export interface SavedRunState extends Omit<RunState, 'best'> {
  /** The score and the epoch of the best parameters. The score is null if no epoch has a score yet. */
  readonly best: { readonly score: number | null; readonly epoch: number }
  readonly optimizer?: string
  readonly plan: string
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0
const isNumber = (value: unknown) => Number.isFinite(value)
const isMissing = (value: unknown) => value === undefined
const isPlan = (value: unknown) => typeof value === 'string' && isObject(JSON.parse(value))

/**
 * A check for each member of a saved run state. A checkpoint has no checksum for this state, so without the checks a
 * wrong value would be noticed only epochs later, or never.
 */
const members: { readonly [name in keyof Required<SavedRunState>]: (value: unknown) => boolean } = {
  epoch: (value) => isCount(value) && value > 0,
  row: isCount,
  sum: isNumber,
  began: (value) => isMissing(value) || isNumber(value),
  factor: isNumber,
  best: (value) => isObject(value) && (value.score === null || isNumber(value.score)) && isCount(value.epoch),
  waited: isCount,
  waitedForRate: isCount,
  ended: (value) => typeof value === 'boolean',
  history: (value) => Array.isArray(value) && value.every((epoch, i) => isObject(epoch) && epoch.number === i + 1),
  source: (value) =>
    isMissing(value) ||
    (isObject(value) &&
      isCount(value.steps) &&
      isNumber(value.costOfZeros) &&
      (isMissing(value.ranks) || isCount(value.ranks))),
  optimizer: (value) => isMissing(value) || typeof value === 'string',
  plan: isPlan,
}

/**
 * Parses the run state in the checkpoint at `path`.
 * @throws ModelError if the run state is damaged. The message names the damaged member.
 */
export function parseRunState(path: string, text: string): SavedRunState {
  const fail = (what: string): never => {
    throw new ModelError(`${path} cannot be resumed: ${what} is damaged`)
  }
  let state: unknown
  try {
    state = JSON.parse(text)
  } catch {
    return fail('its run state')
  }
  if (!isObject(state)) return fail('its run state')
  for (const [name, isRight] of Object.entries(members)) {
    if (!holds(isRight, state[name])) fail(`${JSON.stringify(name)} in its run state`)
  }
  const unknown = Object.keys(state).find((name) => !Object.hasOwn(members, name))
  if (unknown !== undefined) fail(`${JSON.stringify(unknown)} in its run state`)
  const saved = state as unknown as SavedRunState
  // The history must contain exactly the epochs that have ended.
  return saved.history.length === saved.epoch - 1 ? saved : fail('"history" in its run state')
}

function holds(isRight: (value: unknown) => boolean, value: unknown): boolean {
  try {
    return isRight(value)
  } catch {
    // A check that parses JSON throws if the value is not JSON. Such a value is wrong.
    return false
  }
}
