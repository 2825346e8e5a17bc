import { ModelError } from '../base/errors.js'
import type { FloatArray } from '../base/memory.js'
import type { Epoch } from './epoch.js'

/** What a run has to remember between two batches, besides the network: what is in a checkpoint. */
export interface RunState {
  /** The epoch that the run is in, from 1, and how many of its rows have been learned from. */
  epoch: number
  row: number
  /** The cost of those rows, summed. */
  sum: number
  /** The mean cost of the run's first batch; undefined until it has been learned from. */
  began: number | undefined
  /** What the learning rate is multiplied by, where the schedule follows a metric that gets no better. */
  factor: number
  best: { score: number; epoch: number; parameters: FloatArray }
  /** Epochs since the best one, and since the learning rate was last lowered. */
  waited: number
  waitedForRate: number
  /** Whether the run has ended before its last epoch. */
  ended: boolean
  history: Epoch[]
  /** Of a run from a source: the updates of the epochs before, and the most that a row has cost an answer of zeros. */
  source?: { steps: number; costOfZeros: number }
}

/** Where a run stands before its first epoch. Its best parameters are still those of the network, of which the run makes a copy. */
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

/** The course of a run as the text in a checkpoint has it, beside which the best parameters are a tensor. */
export interface SavedRunState extends Omit<RunState, 'best'> {
  /** The score is null where there is none yet. */
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

/** What each member must be: texts have no checksum, and a wrong one would be found epochs later, or never. */
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

/** Reads the text of a run in the checkpoint at `path`. @throws ModelError naming the member that is damaged */
export function parseRunState(path: string, text: string): SavedRunState {
  const fail = (what: string): never => {
    throw new ModelError(`${path} does not say where its training stood: ${what} damaged`)
  }
  let course: unknown
  try {
    course = JSON.parse(text)
  } catch {
    return fail('its text of the run is')
  }
  if (!isObject(course)) return fail('its text of the run is')
  for (const [name, isRight] of Object.entries(members)) {
    if (!holds(isRight, course[name])) fail(`${JSON.stringify(name)} in its text of the run is`)
  }
  const unknown = Object.keys(course).find((name) => !Object.hasOwn(members, name))
  if (unknown !== undefined) fail(`${JSON.stringify(unknown)} in its text of the run is`)
  const saved = course as unknown as SavedRunState
  // An epoch is told of when it has ended.
  return saved.history.length === saved.epoch - 1 ? saved : fail('"history" in its text of the run is')
}

function holds(isRight: (value: unknown) => boolean, value: unknown): boolean {
  try {
    return isRight(value)
  } catch {
    // A plan that is not JSON.
    return false
  }
}
