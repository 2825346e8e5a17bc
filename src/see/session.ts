import { messageOf } from '../base/errors.js'
import { type LoadOptions, type Network, OptionError } from '../common.js'
import { checkCommand, checkQuestion } from './check-messages.js'
import { demoDigits } from './demo.js'
import { createObservation, type SessionWatcher } from './observation.js'
import type {
  AnswerOf,
  Command,
  Connection,
  DigitKind,
  Pace,
  QuestionName,
  QuestionOf,
  Settings,
  State,
} from './protocol.js'
import { completedEpochs } from './reduce.js'
import { type Run, startRun } from './run.js'
import {
  defaultSettings,
  digitsIn,
  makeNetwork,
  type SessionData,
  settingsLike,
  withShuffledLabels,
} from './settings.js'
import { createStretch, stretchMilliseconds } from './stretch.js'

export interface SessionOptions {
  readonly data: SessionData
  /** The network to begin with. Default: a new network with the settings. */
  readonly network?: Network | undefined
  /** Which digits the given network has learned from. Undefined if that is not known. */
  readonly digits?: DigitKind | undefined
  /** Settings that are not given have defaults, which are those of the first chapter of Nielsen's book. */
  readonly settings?: Partial<Settings> | undefined
  /** The backend and the threads of new networks. */
  readonly machine?: LoadOptions | undefined
  /** Loads the trained network that is shipped. Undefined if there is none. */
  readonly loadDemo?: (() => Promise<Network>) | undefined
}

/**
 * A network with its data, that pages watch and one of them commands. It runs on a server or in a worker, and needs
 * neither Node nor a page.
 */
export interface Session {
  readonly state: State
  /**
   * Adds a page. The watcher gets the state at once, and then events and frames. The first page is the writer. When
   * the writer leaves, the page that came next becomes the writer.
   * @returns a function that removes the page
   */
  watch(page: string, watcher: SessionWatcher): () => void
  /**
   * Carries out a command of a page. Resolves when learning has begun or ended, and for a step of an example or a batch
   * when it is done.
   * @throws OptionError if the command is wrong, or if the page is not the writer
   */
  command(page: string, command: Command): Promise<void>
  /** @throws OptionError if the question is wrong */
  ask<Name extends QuestionName>(name: Name, question: QuestionOf<Name>): Promise<AnswerOf<Name>>
  /** Ends the run and all that computes. */
  close(): Promise<void>
}

/** The questions that can be answered before the rows of the data have their inputs. */
const questionsWithoutRows: ReadonlySet<QuestionName> = new Set([
  'activations',
  'backpropagation',
  'parameters',
  'movement',
])

/** The time between two batches whose movement is measured at full speed, in milliseconds. */
const lookMilliseconds = 1000

/**
 * Creates a session.
 * @throws OptionError or DataError if a setting is wrong, or if the network does not fit the data
 */
export function createSession({
  data,
  network,
  digits,
  settings: given,
  machine = {},
  loadDemo,
}: SessionOptions): Session {
  let settings: Settings = { ...defaultSettings(data), ...given }
  const pages: string[] = []
  if (network) settings = settingsLike(network, settings)
  let run: Run | undefined
  const observation = createObservation(randomId(), {
    subject: {
      network: network ?? makeNetwork(settings, data, machine),
      data: network ? data : dataFor(settings),
      settings: network ? undefined : settings,
      digits: network ? digits : digitsIn(data),
      epochs: settings.epochs,
    },
    nextRow: (ahead) => (activity || isAtEnd() ? run : runNow())?.nextRows()?.[ahead],
  })
  let stretch = createStretch()
  let lookedAt = 0
  /** What goes on in the background: learning that nobody awaits. */
  let activity: Promise<void> | undefined
  let isStopping = false
  let wake = (): void => undefined
  let commands: Promise<unknown> = Promise.resolve()

  function dataFor({ shuffledLabels, seed }: Settings): SessionData {
    return shuffledLabels ? { ...data, training: withShuffledLabels(data.training, seed) } : data
  }

  /** Whether all epochs that were asked for are learned. */
  const isAtEnd = (): boolean => completedEpochs(observation.state.position) >= (observation.state.lastEpoch ?? 0)

  /** Returns the run. One that is at its end is followed by another with this number of epochs. */
  function runNow(epochsMore = settings.epochs): Run {
    if (run) return run
    const { network, data } = observation.subject
    const epochsBefore = completedEpochs(observation.state.position)
    if (isAtEnd()) observation.set({ lastEpoch: epochsBefore + epochsMore })
    const epochs = (observation.state.lastEpoch ?? 0) - epochsBefore
    run = startRun({ ...data, network, settings, epochsBefore, epochs })
    observation.runBegins()
    return run
  }

  /** Ends the run. The next one begins with the parameters as they are then. */
  async function endRun(): Promise<void> {
    const ended = run
    run = undefined
    await ended?.end()
  }

  /** Learns up to `batches` batches, and returns what ended: these batches, an epoch or the run. */
  async function advance(batches: number): Promise<'batches' | 'epoch' | 'run'> {
    const running = runNow()
    const { network, data } = observation.subject
    const { batchSize } = settings
    const isLook = batches === 1 || performance.now() - lookedAt > lookMilliseconds
    const before = isLook ? network.parameters.slice() : undefined
    const count = isLook ? 1 : batches
    observation.learns()
    const started = performance.now()
    const step = await running.next(count)
    if (before) {
      lookedAt = performance.now()
      observation.batchMoved(before)
    }
    if ('done' in step) {
      stretch.took(performance.now() - started, count)
      observation.paused(step)
      return 'batches'
    }
    observation.epochEnded(step, step.number * Math.ceil(data.training.rows / batchSize))
    if (step.number < running.epochs) return 'epoch'
    await endRun()
    return 'run'
  }

  /** Returns how many batches to learn until the next pause. */
  function batchesAt(pace: Pace): number {
    return pace === 'full' ? stretch.batches() : Math.max(1, Math.round((pace * stretchMilliseconds) / 1000))
  }

  /** Learns in the background until the run or, with `until`, the epoch ends, or until `halt` is called. */
  function begin(pace: Pace, until: 'run' | 'epoch'): void {
    // A step past the end of a run adds one epoch.
    runNow(until === 'epoch' ? 1 : settings.epochs)
    isStopping = false
    observation.set({ phase: 'learning', pace, problem: undefined })
    activity = learn(pace, until)
      .catch((error: unknown) => fail(error))
      .finally(() => {
        activity = undefined
      })
  }

  async function learn(pace: Pace, until: 'run' | 'epoch'): Promise<void> {
    let due = performance.now()
    while (!isStopping) {
      const batches = batchesAt(pace)
      const ended = await advance(batches)
      if (ended === 'run') return rest('finished')
      if (ended === 'epoch' && until === 'epoch') return rest('paused')
      if (pace === 'full') continue
      // The next batches are due a fixed time after these, so that the pace does not depend on how long they take.
      due = Math.max(due + (1000 * batches) / pace, performance.now())
      await sleepUntil(due)
    }
    rest('paused')
  }

  function rest(phase: 'paused' | 'finished'): void {
    observation.rests()
    observation.set({ phase })
  }

  async function fail(error: unknown): Promise<void> {
    await endRun().catch(() => undefined)
    observation.rests()
    observation.set({ phase: 'finished', problem: messageOf(error) })
  }

  /** Waits until a time, or until `halt` is called. */
  function sleepUntil(time: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, time - performance.now())
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
      if (isStopping) wake()
    })
  }

  /** Ends what goes on in the background, after the current stretch. */
  async function halt(): Promise<void> {
    isStopping = true
    wake()
    await activity
  }

  async function step(size: 'example' | 'batch'): Promise<void> {
    runNow(1)
    const { position } = observation.state
    if (size === 'example') {
      const left = position.rows - position.done
      const batch = Math.min(settings.batchSize, left > 0 ? left : position.rows)
      const shown = position.shown + 1
      if (shown < batch) {
        observation.set({ phase: 'paused', position: { ...position, shown } })
        return
      }
    }
    try {
      const ended = await advance(1)
      rest(ended === 'run' ? 'finished' : 'paused')
    } catch (error) {
      await fail(error)
    }
  }

  /** Replaces the network by a new one, unless a setting is wrong. */
  async function restart(changes: Partial<Settings>): Promise<void> {
    const next = { ...settings, ...changes }
    const data = dataFor(next)
    const made = makeNetwork(next, data, machine)
    // This checks the settings of the run before the old network is given up.
    startRun({ ...data, network: made, settings: next, epochsBefore: 0, epochs: next.epochs })
    await endRun()
    settings = next
    stretch = createStretch()
    observation.replace({ network: made, data, settings, digits: digitsIn(data), epochs: settings.epochs })
  }

  async function loadDemoNetwork(): Promise<void> {
    if (!loadDemo) throw new OptionError('this session has no trained network to load')
    const loaded = await loadDemo()
    const { inputs } = loaded.description
    if (inputs !== data.training.width) {
      throw new OptionError(`the trained network has ${inputs} inputs, but the data have ${data.training.width}`)
    }
    await endRun()
    settings = settingsLike(loaded, settings)
    stretch = createStretch()
    observation.replace({ network: loaded, data, settings: undefined, digits: demoDigits, epochs: settings.epochs })
  }

  async function carryOut(command: Command): Promise<void> {
    if (command.do === 'take-over') return
    await halt()
    switch (command.do) {
      case 'learn':
        return begin(command.pace, 'run')
      case 'pause':
        return
      case 'step':
        if (command.size === 'epoch') return begin('full', 'epoch')
        return step(command.size)
      case 'return': {
        await endRun()
        return observation.returnTo(command.moment)
      }
      case 'restart':
        return restart(command.settings)
      case 'load-demo':
        return loadDemoNetwork()
    }
  }

  return {
    get state() {
      return observation.state
    },
    watch(page, watcher) {
      pages.push(page)
      if (observation.state.writer === undefined) observation.set({ writer: page })
      const stop = observation.watch(watcher)
      return () => {
        stop()
        const index = pages.indexOf(page)
        if (index < 0) return
        pages.splice(index, 1)
        if (observation.state.writer === page && !pages.includes(page)) observation.set({ writer: pages[0] })
      }
    },
    async command(page, given) {
      const command = checkCommand(given)
      if (!pages.includes(page)) throw new OptionError('this page does not watch the session')
      if (command.do === 'take-over') return observation.set({ writer: page })
      if (observation.state.writer !== page) {
        throw new OptionError('another page is in control: take over before you send commands')
      }
      const done = commands.then(() => data.ready).then(() => carryOut(command))
      commands = done.catch(() => undefined)
      return done
    },
    async ask(name, question) {
      const checked = checkQuestion(name, question)
      if (!questionsWithoutRows.has(name)) await data.ready
      return observation.ask(name, checked)
    },
    async close() {
      await commands
      await halt()
      await endRun()
      observation.close()
    },
  }
}

/** Connects a page to a session in the same thread. */
export function connect(session: Session, id = randomId()): Connection {
  return {
    id,
    watch(watcher) {
      watcher.connected(true)
      return session.watch(id, watcher)
    },
    command: (command) => session.command(id, command),
    ask: (name, question) => session.ask(name, question),
  }
}

/** Returns 32 random hexadecimal digits. */
export function randomId(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
