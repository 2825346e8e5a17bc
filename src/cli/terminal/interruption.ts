import { exitCodes, onReaderLeft } from './terminal.js'

/** The user or the system stopped the program, or the consumer of its output went away. */
export class Interruption extends Error {
  override name = 'Interruption'
  /** The exit code of a program that this signal ended. */
  readonly exitCode: number

  constructor(name: Signal) {
    super(`stopped by ${name}`)
    this.exitCode = exitCodes[name]
  }
}

type Signal = keyof typeof exitCodes

/**
 * Returns an AbortSignal that reacts to Ctrl-C and to other signals that end a program. The first signal aborts with an
 * Interruption. A second Ctrl-C or SIGTERM ends the program immediately. A second SIGHUP or SIGPIPE is ignored, because
 * these signals often come several times, and also after Ctrl-C.
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
