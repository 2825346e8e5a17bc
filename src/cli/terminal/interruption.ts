import { exitCodes, onReaderLeft } from './terminal.js'

/** The user or the system stopped the program, or the reader of its output left. */
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
 * The AbortSignal of Ctrl-C and other signals that end the program. The first one aborts with an Interruption; a second
 * Ctrl-C or SIGTERM ends the program at once. SIGHUP and SIGPIPE do not, as they often come several times, and after Ctrl-C.
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
