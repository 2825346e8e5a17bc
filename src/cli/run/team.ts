import { setTimeout as delay } from 'node:timers/promises'
import { broadcastText } from '../../base/broadcast-text.js'
import { type Communicator, connect, launchedProcess } from '../../distributed.js'
import { DescentError, DivergedError, OptionError } from '../../index.js'
import type { Options } from '../parsing/command.js'
import { refuse } from '../parsing/translate-errors.js'
import { UsageError } from '../parsing/usage-error.js'
import { Interruption } from '../terminal/interruption.js'
import { ErrorElsewhere, reportError } from './report-error.js'

/**
 * The processes (ranks) that train one network together, seen from one of them. Without a launcher of MPI it is a single
 * process.
 */
export interface Team {
  /** Undefined for a single process. */
  readonly communicator: Communicator | undefined
  /** Whether this process writes the files. Of the ranks that is rank 0. */
  readonly isFirst: boolean
  /**
   * Does the work in each process, and waits for all of them. If the work fails in one of them, it fails in all: the
   * first process throws the error, with the rank that has it, and the others throw an `ErrorElsewhere`.
   */
  together<T>(work: () => Promise<T>): Promise<T>
  /** Does the work in the first process only, and gives its result, which must be JSON, to all. Errors as in `together`. */
  first<T>(work: () => Promise<T>): Promise<T>
}

/** Whether a launcher of MPI has started this process together with others. */
export function isLaunched(): boolean {
  const { size } = launchedProcess(process.env) ?? { size: 1 }
  return size > 1
}

/**
 * Does the work of a command in a team: in all processes that a launcher has started, or in this one. Resolves to the exit
 * code. The options are those of the command.
 * @throws the error of the work, if this process is alone; a team prints it, and ends with its exit code
 */
export async function inTeam(
  options: Options,
  work: (team: Team) => Promise<number | undefined>,
): Promise<number | undefined> {
  if (!isLaunched()) {
    const alone = (work: () => Promise<never>) => work()
    return work({ communicator: undefined, isFirst: true, together: alone, first: alone } as Team)
  }
  const communicator = await connect()
  const { rank, size } = communicator
  let code: number | undefined
  try {
    code = await work(teamOf(communicator))
  } catch (error) {
    const translated = inTypedWords(error, options)
    if (!isShared(error)) {
      // The other ranks may still be at work, so the job is ended. They may have the same error: then only rank 0, which
      // does not wait, prints it.
      if (rank > 0) await delay(2000)
      communicator.abort(reportError(translated, rank > 0 ? `descent: rank ${rank} of ${size}` : 'descent'))
    }
    // The message is printed before any rank ends, because a launcher kills the others at the first that has failed.
    code = rank === 0 ? reportError(translated) : exitCodeOf(error)
  }
  await communicator.close()
  return code
}

function inTypedWords(error: unknown, options: Options): unknown {
  try {
    return refuse(error, { options })
  } catch (translated) {
    return translated
  }
}

/** The errors that all ranks have or know about. */
const shared = new WeakSet<object>()

/**
 * Whether all ranks have the error or know about it. A run diverges or stops after the same step on all of them.
 */
function isShared(error: unknown): boolean {
  return (
    error instanceof ErrorElsewhere ||
    error instanceof DivergedError ||
    error instanceof Interruption ||
    (typeof error === 'object' && error !== null && shared.has(error))
  )
}

function exitCodeOf(error: unknown): number {
  if (error instanceof ErrorElsewhere || error instanceof Interruption) return error.exitCode
  return error instanceof UsageError || error instanceof OptionError ? 2 : 1
}

function teamOf(communicator: Communicator): Team {
  const isFirst = communicator.rank === 0
  return {
    communicator,
    isFirst,
    together: async (work) => (await resultOfAll(communicator, work)).result,
    async first<T>(work: () => Promise<T>): Promise<T> {
      const { result } = await resultOfAll(communicator, async () => (isFirst ? { value: await work() } : undefined))
      const text = await broadcastText(communicator, JSON.stringify({ value: result?.value }))
      return result ? result.value : (JSON.parse(text) as { value: T }).value
    },
  }
}

/** Does the work, and returns its result if no rank has failed. */
async function resultOfAll<T>(communicator: Communicator, work: () => Promise<T>): Promise<{ readonly result: T }> {
  const { rank, size } = communicator
  const own = await work().then(
    (result) => ({ result }),
    (error: unknown) => ({ error }),
  )
  const failed = Int32Array.of('error' in own ? rank : size)
  await communicator.allreduce(failed, 'min')
  const [first] = failed
  if (first < size) throw await errorOfAll(communicator, first, 'error' in own ? own.error : undefined)
  if ('error' in own) throw own.error
  return own
}

/** What the ranks need to know about an error that one of them has. */
interface Described {
  readonly exitCode: number
  /** Undefined if nothing is to be printed. */
  readonly text?: string | undefined
}

/** Returns the error that this rank throws, because the rank `first` has one. */
async function errorOfAll(communicator: Communicator, first: number, own: unknown): Promise<unknown> {
  const { rank, size } = communicator
  const text = await broadcastText(communicator, JSON.stringify(describe(own)), first)
  const described = JSON.parse(text) as Described
  if (rank > 0 || described.text === undefined) return new ErrorElsewhere(described.exitCode)
  const Kind = described.exitCode === 2 ? UsageError : DescentError
  const error = first === 0 ? own : new Kind(`rank ${first} of ${size}: ${described.text}`)
  if (typeof error === 'object' && error !== null) shared.add(error)
  return error
}

function describe(error: unknown): Described {
  const exitCode = exitCodeOf(error)
  if (error instanceof Interruption) return { exitCode }
  if (error instanceof DescentError || error instanceof UsageError) return { exitCode, text: error.message }
  return { exitCode, text: error instanceof Error ? (error.stack ?? error.message) : String(error) }
}
