import { onReaderLeft } from './terminal.js'

/** The user or the system asked the program to end, or nobody reads any more what it says. */
export class Interruption extends Error {
  override name = 'Interruption'
  /** The exit code of a program that this signal ended. */
  readonly exitCode: number

  constructor(name: Signal) {
    super(`stopped by ${name}`)
    this.exitCode = exitCodes[name]
  }
}

const exitCodes = { SIGINT: 130, SIGTERM: 143, SIGPIPE: 141 } as const
type Signal = keyof typeof exitCodes

/** The AbortSignal of Ctrl-C and its like: the first one aborts with an Interruption, a second ends the program at once. */
export function catchInterruption(): AbortSignal {
  const controller = new AbortController()
  const interrupt = (name: Signal): void => {
    if (controller.signal.aborted) process.exit(exitCodes[name])
    controller.abort(new Interruption(name))
  }
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => interrupt(name))
  onReaderLeft(() => interrupt('SIGPIPE'))
  return controller.signal
}
