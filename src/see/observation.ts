import {
  createTimeline,
  type Epoch,
  type FloatArray,
  type Network,
  OptionError,
  type PastEpoch,
  type Pause,
  type Timeline,
} from '../common.js'
import { createMovement } from './movement.js'
import {
  type AnswerOf,
  type CurvePoint,
  type Frame,
  type Moment,
  maxEpochs,
  maxFrameParameters,
  nothingLater,
  type Position,
  type QuestionName,
  type QuestionOf,
  type SessionEvent,
  type State,
} from './protocol.js'
import { type Answerer, createAnswerer } from './questions.js'
import { completedEpochs, divideAt, reduce } from './reduce.js'
import { type SessionData, shapeOf } from './settings.js'

/** What a page gets of a session: first the state, then events and frames. */
export interface SessionWatcher {
  state(state: State): void
  event(event: SessionEvent): void
  frame(frame: Frame): void
}

/** A network and its data. */
export interface Subject {
  readonly network: Network
  readonly data: SessionData
  readonly settings: State['settings']
  readonly digits: State['digits']
  /** The number of epochs that the first run is to have. Undefined if that is not known. */
  readonly epochs?: number | undefined
}

type Changes = Partial<Omit<State, 'session' | 'event'>>

/**
 * What pages see of a run: its state, events and frames, and the answers to their questions. It controls nothing:
 * it hears what happens from the session that trains the network.
 */
export interface Observation {
  readonly state: State
  readonly subject: Subject
  watch(watcher: SessionWatcher): () => void
  ask<Name extends QuestionName>(name: Name, question: QuestionOf<Name>): Promise<AnswerOf<Name>>
  /** Changes members of the state. */
  set(changes: Changes): void
  /** Shows a new network instead of the one before. */
  replace(subject: Subject): void
  /** A run begins. Its epochs and batches are counted from 1, and are added to those before. */
  runBegins(): void
  /** The network learns from here until the next call of `paused`, `epochEnded` or `rests`. */
  learns(): void
  paused(pause: Pick<Pause, 'epoch' | 'done' | 'batches' | 'cost'>): void
  /** An epoch is complete. `batches` is the number of batches since the run began. */
  epochEnded(epoch: Epoch, batches: number): void
  /** The network rests. What was not shown yet is shown now. */
  rests(): void
  /** Measures how far a batch moved the parameters. */
  batchMoved(before: FloatArray): void
  /** Sets the network back to a moment. @throws OptionError if there is no such moment */
  returnTo(moment: number): void
  close(): void
}

/** The shortest time between two points of the curve, and between two frames, in milliseconds. */
const showMilliseconds = 45
/** The shortest time between two moments within an epoch, in milliseconds. */
const momentMilliseconds = 500

/** The memory for the parameters of all moments, and the number of them that a state has at most, about. */
const [momentBytes, maxMoments] = [2 ** 25, 100]
/** The memory of a moment besides the parameters: the references to a thousand past epochs. */
const historyBytes = 8000

/** What happened since something was shown last. */
interface Pending {
  position: Position | undefined
  cost: number
  examples: number
  epochs: PastEpoch[]
}

/** What is kept of the network that is shown. */
interface Shown {
  readonly subject: Subject
  readonly answerer: Answerer
  readonly timeline: Timeline
  /** The number of examples that the network had learned from in the epoch of each moment. */
  readonly doneAt: Map<number, number>
  readonly movement: ReturnType<typeof createMovement>
  /** The number of epochs that the network had learned in when it was first shown. */
  readonly epochsAtStart: number
  /** The epochs and the batches before the current run. */
  before: { epochs: number; batches: number }
  version: number
}

export interface ObservationOptions {
  readonly subject: Subject
  /** Returns the training row from which the network learns `ahead` examples from now. Undefined if it is not known. */
  nextRow(ahead: number): number | undefined
}

export function createObservation(id: string, { subject: first, nextRow }: ObservationOptions): Observation {
  const watchers = new Set<SessionWatcher>()
  let isLearning = false
  let waiting: ((parameters: FloatArray) => void)[] = []
  let pending: Pending = nothing()
  let shownAt = -Infinity
  /** When the last moment was added, and the batches of the moment from which the network goes on. */
  let momentAt = 0
  let momentBatches = 0
  /** Whether the network was set back to a moment and has not learned since. */
  let hasReturned = false
  /** How far the epoch has come, and the sum of the costs of its examples. */
  let inEpoch = { done: 0, cost: 0 }
  let speeds: { readonly at: number; readonly examples: number }[] = []
  let fastest = 0
  let shown = present(first)
  let state: State = { session: id, event: 0, ...startOf(shown), writer: undefined, pace: 'full' }

  function nothing(): Pending {
    return { position: undefined, cost: 0, examples: 0, epochs: [] }
  }

  function present(subject: Subject): Shown {
    const { network, data } = subject
    const epochs = network.history.at(-1)?.number ?? 0
    const start = network.parameters.slice()
    const bytes = maxMoments * (start.byteLength + historyBytes)
    const timeline = createTimeline(network, { maxBytes: Math.max(Math.min(momentBytes, bytes), 3 * start.byteLength) })
    timeline.add({ epoch: epochs + 1, batches: 0 })
    const doneAt = new Map([[timeline.moments[0].id, 0]])
    const movement = createMovement()
    movement.beginEpoch(start)
    const answerer = createAnswerer({
      network,
      training: data.training,
      test: data.test,
      parametersNow,
      parametersAtStart: () => start,
      parametersAt: (moment) => timeline.parametersAt(checkMoment(timeline, moment)),
      version: () => shown.version,
      nextRow: () => nextRow(state.position.shown),
      movement: () => ({ ...movement.answer, settings: subject.settings }),
    })
    const before = { epochs, batches: 0 }
    return { subject, answerer, timeline, doneAt, movement, epochsAtStart: epochs, before, version: 0 }
  }

  function momentsOf({ timeline, doneAt }: Shown): Moment[] {
    const moments = timeline.moments.map((moment) => ({ ...moment, done: doneAt.get(moment.id) ?? 0 }))
    const kept = new Set(moments.map((moment) => moment.id))
    for (const moment of doneAt.keys()) if (!kept.has(moment)) doneAt.delete(moment)
    return moments
  }

  /** Returns the members of the state that a new network begins with. */
  function startOf(shown: Shown) {
    const { subject, before } = shown
    const { network, data, settings, digits, epochs } = subject
    return {
      backend: network.backend,
      shape: shapeOf(network, data),
      settings,
      data: { name: data.name, training: data.training.rows, test: data.test.rows },
      digits,
      phase: 'idle',
      position: restingAt({ epoch: before.epochs + 1, done: 0, batches: 0 }, data.training.rows),
      curve: [],
      epochs: network.history.slice(-maxEpochs),
      later: nothingLater,
      lastEpoch: epochs === undefined ? undefined : before.epochs + epochs,
      moments: momentsOf(shown),
      problem: undefined,
    } as const
  }

  function emit(
    event:
      | { readonly type: 'set'; readonly state: Changes }
      | { readonly type: 'learned'; readonly position: Position; readonly point: CurvePoint | undefined }
      | { readonly type: 'epochs'; readonly epochs: readonly PastEpoch[] },
  ): void {
    const numbered: SessionEvent = { ...event, number: state.event + 1 }
    state = reduce(state, numbered)
    for (const watcher of watchers) watcher.event(numbered)
  }

  function emitFrame(): void {
    if (watchers.size === 0) return
    const frame = frameOf(shown.subject.network, state.position.batches)
    for (const watcher of watchers) watcher.frame(frame)
  }

  function parametersNow(): Promise<FloatArray> {
    if (!isLearning) return Promise.resolve(shown.subject.network.parameters.slice())
    return new Promise((resolve) => waiting.push(resolve))
  }

  function rest(): void {
    isLearning = false
    if (waiting.length === 0) return
    const parameters = shown.subject.network.parameters.slice()
    for (const resolve of waiting) resolve(parameters)
    waiting = []
  }

  function addMoment({ epoch, done, batches }: Position): void {
    momentAt = performance.now()
    const { timeline, doneAt } = shown
    if (batches <= momentBatches) return
    momentBatches = batches
    timeline.add({ epoch, batches })
    const added = timeline.moments.at(-1)
    if (added) doneAt.set(added.id, done)
    emit({ type: 'set', state: { moments: momentsOf(shown) } })
  }

  /** Shows what is pending, but no more often than eyes can follow. */
  function show({ now = false } = {}): void {
    const time = performance.now()
    if (!now && time - shownAt < showMilliseconds) return
    shownAt = time
    const { position, cost, examples, epochs } = pending
    pending = nothing()
    if (position) {
      const point = examples > 0 ? { batches: position.batches, cost: cost / examples } : undefined
      // The timeline forgets the moments of the way that the network leaves, when it gets the first one of another way.
      const isAnotherWay = hasReturned
      hasReturned = false
      emit({ type: 'learned', position, point })
      if (epochs.length === 0 && (isAnotherWay || time - momentAt > momentMilliseconds)) addMoment(position)
    }
    if (epochs.length > 0) {
      emit({ type: 'epochs', epochs })
      addMoment(state.position)
    }
    if (position) emitFrame()
  }

  /** Returns how many examples a second the network has learned from in the last second. */
  function speedWith(examples: number): number {
    const now = performance.now()
    speeds.push({ at: now, examples })
    // The last two stay in any case, because what lies between two pauses may take longer than a second.
    speeds = speeds.filter(({ at }, place) => now - at <= 1000 || place >= speeds.length - 2)
    const [oldest, ...later] = speeds
    const total = later.reduce((sum, entry) => sum + entry.examples, 0)
    const speed = later.length > 0 && now > oldest.at ? (1000 * total) / (now - oldest.at) : 0
    fastest = Math.max(fastest, speed)
    return speed
  }

  /** Adds up what was learned since the last pause. `cost` is the sum of the costs of these examples. */
  function learned({ epoch, done, batches }: Pick<Position, 'epoch' | 'done' | 'batches'>, cost: number): void {
    const examples = done - inEpoch.done
    inEpoch = { done, cost: inEpoch.cost + cost }
    shown.version++
    pending.cost += cost
    pending.examples += examples
    const examplesPerSecond = speedWith(examples)
    pending.position = {
      epoch: shown.before.epochs + epoch,
      done,
      rows: shown.subject.data.training.rows,
      batches: shown.before.batches + batches,
      shown: 0,
      examplesPerSecond,
      fastest,
    }
  }

  return {
    get state() {
      return state
    },
    get subject() {
      return shown.subject
    },
    watch(watcher) {
      watchers.add(watcher)
      watcher.state(state)
      parametersNow().then(() => {
        if (watchers.has(watcher) && !isLearning) watcher.frame(frameOf(shown.subject.network, state.position.batches))
      })
      return () => {
        watchers.delete(watcher)
      }
    },
    ask: (name, question) => shown.answerer.ask(name, question),
    set(changes) {
      emit({ type: 'set', state: changes })
    },
    replace(subject) {
      rest()
      shown.answerer.close(new OptionError('the network was replaced while the question waited'))
      pending = nothing()
      speeds = []
      fastest = 0
      momentBatches = 0
      hasReturned = false
      shown = present(subject)
      emit({ type: 'set', state: startOf(shown) })
      emitFrame()
    },
    runBegins() {
      shown.before = { epochs: completedEpochs(state.position), batches: state.position.batches }
      inEpoch = { done: 0, cost: 0 }
    },
    learns() {
      isLearning = true
      // The speed of a run that pauses only once is measured from here.
      if (speeds.length === 0) speeds.push({ at: performance.now(), examples: 0 })
    },
    paused({ epoch, done, batches, cost }) {
      rest()
      learned({ epoch, done, batches }, cost * (done - inEpoch.done))
      show()
    },
    epochEnded({ number, cost }, batches) {
      rest()
      const { network, data } = shown.subject
      const { rows } = data.training
      learned({ epoch: number, done: rows, batches }, cost * rows - inEpoch.cost)
      inEpoch = { done: 0, cost: 0 }
      shown.movement.endEpoch(network.parameters)
      shown.movement.beginEpoch(network.parameters)
      const last = network.history.at(-1)
      if (last) pending.epochs.push({ ...last, number: shown.before.epochs + number })
      if (pending.epochs.length > maxEpochs) pending.epochs.shift()
      show()
    },
    rests() {
      rest()
      speeds = []
      show({ now: true })
      if (state.position.examplesPerSecond > 0) {
        emit({ type: 'set', state: { position: { ...state.position, examplesPerSecond: 0 } } })
      }
    },
    batchMoved(before) {
      shown.movement.batch(before, shown.subject.network.parameters)
    },
    returnTo(id) {
      const { timeline, movement, subject } = shown
      timeline.restore(checkMoment(timeline, id))
      const moments = momentsOf(shown)
      const index = moments.findIndex((moment) => moment.id === id)
      const moment = moments[index]
      const position = restingAt(moment, subject.data.training.rows, fastest)
      movement.returnTo(completedEpochs(position) - shown.epochsAtStart, subject.network.parameters)
      shown.version++
      momentBatches = moment.batches
      hasReturned = true
      pending = nothing()
      emit({
        type: 'set',
        state: {
          position,
          phase: 'paused',
          // What came later stays until the network takes another way, so that one can go there again.
          ...divideAt(state, position),
          moments,
          problem: undefined,
        },
      })
      emitFrame()
    },
    close() {
      rest()
      shown.answerer.close(new OptionError('the session has ended'))
      watchers.clear()
    },
  }
}

function restingAt({ epoch, done, batches }: Omit<Moment, 'id'>, rows: number, fastest = 0): Position {
  return { epoch, done, rows, batches, shown: 0, examplesPerSecond: 0, fastest }
}

/** @throws OptionError if there is no such moment */
function checkMoment({ moments }: Timeline, moment: number): number {
  if (moments.some(({ id }) => id === moment)) return moment
  throw new OptionError(`moment must be the id of a moment, such as ${moments.at(-1)?.id}, not ${moment}`)
}

/** Returns the parameters for pictures that move. */
function frameOf({ parameters, description }: Network, batches: number): Frame {
  const { inputs, layers } = description
  const { outputs } = layers[0]
  if (parameters.length <= maxFrameParameters) return { batches, parameters: parameters.slice(), neurons: outputs }
  const neurons = Math.min(outputs, Math.floor(maxFrameParameters / (inputs + 1)))
  const some = parameters.slice(0, neurons * (inputs + 1))
  some.set(parameters.subarray(outputs * inputs, outputs * inputs + neurons), neurons * inputs)
  return { batches, parameters: some, neurons }
}
