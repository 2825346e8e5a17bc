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
}

type Signal = keyof typeof exitCodes

/**
 * Returns an AbortSignal. SIGINT (Ctrl-C), SIGTERM, SIGHUP or SIGPIPE (a closed output pipe) aborts it, with an
 * Interruption as the reason. A second SIGINT or SIGTERM ends the program immediately. A second SIGHUP or SIGPIPE is
 * ignored, because these two often come several times.
 */
export function catchInterruption(): AbortSignal {
  const controller = new AbortController()
  const interrupt = (name: Signal): void => {
    if (controller.signal.aborted && name !== 'SIGHUP' && name !== 'SIGPIPE') process.exit(exitCodes[name])
    controller.abort(new Interruption(name))
  }
  for (const name of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const) process.on(name, () => interrupt(name))
  onReaderLeft(interrupt)
  return controller.signal
}
