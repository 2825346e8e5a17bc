import { type Epoch, type Network, OptionError, type Pause } from '../common.js'
import { checkQuestion } from './check-messages.js'
import { createObservation } from './observation.js'
import { terminalWriter } from './protocol.js'
import { randomId, type Session } from './session.js'
import { digitsIn, type SessionData } from './settings.js'
import { createStretch } from './stretch.js'

/**
 * A session whose run is not its own: pages watch it and ask, and the code that trains the network says what happens. The
 * training must pause after `yieldEvery` batches.
 */
export interface FollowedSession extends Session {
  /** Returns the number of batches until the next pause. */
  yieldEvery(): number
  /** The network learns from here until the next call of `paused` or `epochEnded`. */
  learns(): void
  paused(pause: Pause): void
  epochEnded(epoch: Epoch): void
  /** The training is over. `problem` says why, if it failed. */
  ended(problem?: string): void
}

export interface FollowedOptions {
  readonly network: Network
  readonly data: SessionData
  /** The number of rows of a batch. Undefined if an epoch is one step with all rows. */
  readonly batchSize: number | undefined
  /** The number of epochs of the run. It may end earlier. */
  readonly epochs: number
}

export function createFollowedSession({ network, data, batchSize, epochs }: FollowedOptions): FollowedSession {
  const { rows } = data.training
  const stretch = createStretch()
  let last: Pause | undefined
  let wanted = 1
  let since = 0
  const observation = createObservation(randomId(), {
    subject: { network, data, settings: undefined, digits: digitsIn(data), epochs },
    nextRow: (ahead) => last?.nextRows?.[ahead],
  })
  observation.set({ writer: terminalWriter, phase: 'learning' })
  observation.runBegins()

  return {
    get state() {
      return observation.state
    },
    watch: (_, watcher) => observation.watch(watcher),
    async command() {
      throw new OptionError('the terminal controls this run, so pages can only watch it')
    },
    ask: async (name, question) => observation.ask(name, checkQuestion(name, question)),
    async close() {
      observation.close()
    },
    yieldEvery() {
      wanted = stretch.batches()
      return wanted
    },
    learns() {
      since = performance.now()
      observation.learns()
    },
    paused(pause) {
      last = pause
      stretch.took(performance.now() - since, wanted)
      observation.paused(pause)
    },
    epochEnded(epoch) {
      last = undefined
      observation.epochEnded(epoch, epoch.number * (batchSize === undefined ? 1 : Math.ceil(rows / batchSize)))
    },
    ended(problem) {
      last = undefined
      observation.rests()
      observation.set({ phase: 'finished', problem })
    },
  }
}
