import { exitCodes, onReaderLeft } from './terminal.js'

/**
 * The reason why the program stops early: the user or the system stopped it, or the consumer of its output went away.
 */
export class Interruption extends Error {
  override name = 'Interruption'
  /** The exit code that tells the shell which signal ended the program. */
  readonly exitCode: number

  constructor(name: Signal) {
    super(`stopped by ${name}`)
    this.exitCode = exitCodes[name]
  }

  /** Returns the interruption with this exit code, or that by SIGTERM if there is none. */
  static withExitCode(code: number): Interruption {
    const found = Object.entries(exitCodes).find(([, each]) => each === code)
    return new Interruption(found ? (found[0] as Signal) : 'SIGTERM')
  }
}

type Signal = keyof typeof exitCodes

/** How a program handles the signals that stop it. */
export interface InterruptionOptions {
  /**
   * Whether a second SIGINT, SIGTERM or SIGUSR2 ends the program immediately. Default true. The processes of a launcher
   * may get the same wish from several sides: from the launcher, and from the system that manages the machines.
   */
  readonly endsAtSecond?: boolean
}

/**
 * Returns an AbortSignal. SIGINT (Ctrl-C), SIGTERM, SIGUSR2, SIGHUP or SIGPIPE (a closed output pipe) aborts it, with an
 * Interruption as the reason. A second SIGINT, SIGTERM or SIGUSR2 ends the program immediately. A second SIGHUP or SIGPIPE
 * is ignored, because these two often come several times.
 */
export function catchInterruption({ endsAtSecond = true }: InterruptionOptions = {}): AbortSignal {
  const controller = new AbortController()
  const interrupt = (name: Signal): void => {
    const isFirst = !controller.signal.aborted
    if (!isFirst && endsAtSecond && name !== 'SIGHUP' && name !== 'SIGPIPE') process.exit(exitCodes[name])
    controller.abort(new Interruption(name))
  }
  for (const name of ['SIGHUP', 'SIGINT', 'SIGTERM', 'SIGUSR2'] as const) process.on(name, () => interrupt(name))
  onReaderLeft(interrupt)
  return controller.signal
}
