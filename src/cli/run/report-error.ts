import { DescentError } from '../../index.js'
import { UsageError } from '../parsing/usage-error.js'
import { Interruption } from '../terminal/interruption.js'
import { noteError } from '../terminal/terminal.js'

/** Another process of a team has the error, and prints it. */
export class ErrorElsewhere extends Error {
  override name = 'ErrorElsewhere'
  readonly exitCode: number

  constructor(exitCode: number) {
    super('another rank has failed')
    this.exitCode = exitCode
  }
}

/** Prints an error, with its stack if it is unexpected. `who` begins the message. Returns the exit code. */
export function reportError(error: unknown, who = 'descent'): number {
  // The user stopped the program, and has been told about it.
  if (error instanceof ErrorElsewhere || error instanceof Interruption) return error.exitCode
  if (error instanceof UsageError) {
    noteError(`${who}: ${error.message}`)
    return 2
  }
  const stack = error instanceof Error ? (error.stack ?? String(error)) : String(error)
  if (error instanceof DescentError) noteError(`${who}: ${error.message}`)
  else noteError(who === 'descent' ? stack : `${who}: ${stack}`)
  return 1
}
