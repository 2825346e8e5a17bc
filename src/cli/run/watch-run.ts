import { messageOf } from '../../base/errors.js'
import type { Communicator } from '../../distributed.js'
import { type Checkpoint, type CheckpointOptions, DivergedError, type Epoch, StoppedError } from '../../index.js'
import type { FollowedSession } from '../../see/followed-session.js'
import { Interruption } from '../terminal/interruption.js'
import { note, print, type Status } from '../terminal/terminal.js'
import type { Lesson, Watch } from './run.js'
import { epochLine, progressLine } from './training-report.js'

/** The settings of a training, the status line that shows its progress, and the signal that stops it. */
export interface LearnOptions {
  readonly epochs: number
  readonly learningRate: number
  readonly checkpoint: CheckpointOptions | undefined
  /** The checkpoint from which the training continues, if any. */
  readonly resumption: Checkpoint | undefined
  readonly status: Status
  readonly signal: AbortSignal
  /** The processes that train the network together, if there are several. */
  readonly communicator?: Communicator | undefined
  /** The session that shows the training in the browser, if any, and whether the training can pause for it. */
  readonly page?: { readonly session: FollowedSession; readonly canPause: boolean } | undefined
}

/** The result of `learn`. */
export interface Learned {
  /**
   * If the user stopped the training, the epochs that this process completed. Otherwise all epochs, including those
   * before the checkpoint from which the training continued.
   */
  readonly history: readonly Epoch[]
  /** The epochs that this process completed. */
  readonly here: readonly Epoch[]
  /** The number of completed epochs, including those before the checkpoint from which the training continued. */
  readonly epochs: number
  readonly stopped?: Interruption
}

/** Trains and prints a line for each epoch, until all epochs are done or the user stops the run. */
export async function learn(
  { training, train, close }: Lesson,
  { epochs, learningRate, checkpoint, resumption, status, signal, communicator, page }: LearnOptions,
): Promise<Learned> {
  const here: Epoch[] = []
  const done = () => here.at(-1)?.number ?? (resumption ? resumption.epoch - 1 : 0)
  let began = performance.now()
  const goOn = ({ message }: Error) => {
    status.clear()
    note(`${message}; the run goes on`)
  }
  const watch: Watch = {
    signal,
    ...(page?.canPause && { yieldEvery: () => page.session.yieldEvery() }),
    ...(checkpoint && { checkpoint: { ...checkpoint, onError: goOn } }),
    onProgress(progress) {
      const before = progress.epoch === resumption?.epoch ? resumption.row : 0
      const known = { ...progress, rows: progress.rows ?? training.rows }
      status.show(progressLine(known, epochs, (performance.now() - began) / 1000, before))
    },
  }
  try {
    const run = train(watch)
    for (;;) {
      page?.session.learns()
      const next = await run.next()
      if (next.done) {
        status.clear()
        page?.session.ended()
        return { history: next.value, here, epochs: done() }
      }
      if ('done' in next.value) {
        page?.session.paused(next.value)
        continue
      }
      page?.session.epochEnded(next.value)
      status.clear()
      here.push(next.value)
      await print(epochLine(next.value, epochs))
      began = performance.now()
    }
  } catch (error) {
    page?.session.ended(messageOf(error))
    // Only these errors mean that the user stopped the run. Others may come after the signal, and are shown.
    if (error instanceof StoppedError || (error === signal.reason && error instanceof Interruption)) {
      return { history: here, here, epochs: done(), stopped: await interruptionOf(signal, communicator) }
    }
    throw error instanceof DivergedError ? explain(error, learningRate) : error
  } finally {
    status.clear()
    close()
  }
}

/** Returns the reason why the run was stopped, which only those ranks know whose signal was aborted. */
async function interruptionOf(signal: AbortSignal, communicator: Communicator | undefined): Promise<Interruption> {
  const own = signal.reason instanceof Interruption ? signal.reason.exitCode : 0
  const codes = Int32Array.of(own)
  await communicator?.allreduce(codes, 'max')
  return Interruption.withExitCode(codes[0])
}

/** Rewords the library's error about a diverged training for users of the command line, and adds advice. */
function explain({ message, place }: DivergedError, learningRate: number): DivergedError {
  const advice = `nothing is saved; try a --learning-rate below ${learningRate}`
  return new DivergedError(`${message.replace('network.standardize', '--standardize')}; ${advice}`, place)
}
