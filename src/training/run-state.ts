import { ModelError } from '../base/errors.js'
import type { FloatArray } from '../base/memory.js'
import type { Epoch } from './epoch.js'

/** The state of a run between two batches, besides the network. Checkpoints contain it. */
export interface RunState {
  /** The current epoch, from 1, and how many of its rows the network has learned from. */
  epoch: number
  row: number
  /** The summed cost of those rows. */
  sum: number
  /** The mean cost of the run's first batch; undefined before it. */
  began: number | undefined
  /** The factor of the learning rate, which the plateau schedule lowers. */
  factor: number
  best: { score: number; epoch: number; parameters: FloatArray }
  /** Epochs since the best one, and since the learning rate was last lowered. */
  waited: number
  waitedForRate: number
  /** Whether the run has ended before its last epoch. */
  ended: boolean
  history: Epoch[]
  /** For a run from a source: the updates in earlier epochs, and the highest `costOfZeros` so far. */
  source?: { steps: number; costOfZeros: number }
}

/** The state of a run before its first epoch. Its best parameters are the network's own array, which the run copies later. */
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

/** The state of a run as JSON in a checkpoint. The best parameters are stored separately, as a tensor. */
export interface SavedRunState extends Omit<RunState, 'best'> {
  /** The score is null if there is none yet. */
  readonly best: { readonly score: number | null; readonly epoch: number }
  readonly optimizer?: string
  readonly plan: string
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0
const isNumber = (value: unknown) => Number.isFinite(value)
const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null
const isMissing = (value: unknown) => value === undefined
const isPlan = (value: unknown) => typeof value === 'string' && isObject(JSON.parse(value))

/** The check of each member. Metadata has no checksum, and a wrong value would show only epochs later, or never. */
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
  source: (value) => isMissing(value) || (isObject(value) && isCount(value.steps) && isNumber(value.costOfZeros)),
  optimizer: (value) => isMissing(value) || typeof value === 'string',
  plan: isPlan,
}

/** Parses the run state of the checkpoint at `path`. @throws ModelError naming the damaged member */
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
  // The history has exactly the epochs that have ended.
  return saved.history.length === saved.epoch - 1 ? saved : fail('"history" in its run state')
}

function holds(isRight: (value: unknown) => boolean, value: unknown): boolean {
  try {
    return isRight(value)
  } catch {
    // The plan is not JSON.
    return false
  }
}
