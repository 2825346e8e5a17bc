import { once } from 'node:events'
import { isatty } from 'node:tty'
import { onOneLine, printable } from '../../base/printable.js'

/**
 * Writes a line of a report to standard output. If the consumer of the output is slow, waits for it. Control characters
 * are shown as escapes, because names from files may have some.
 */
export async function print(text: string): Promise<void> {
  await write(printable(text))
}

/**
 * Writes lines of data to standard output, such as rows of a table. A file or another program gets them unchanged. On a
 * terminal, control characters are shown as escapes.
 */
export async function printData(text: string): Promise<void> {
  await write(process.stdout.isTTY ? printable(text) : text)
}

/** Writes a drawing with escape sequences to standard output. Names in it must not have any control characters. */
export async function printDrawing(text: string): Promise<void> {
  await write(text)
}

/** Whether this process prints nothing but errors of its own. */
let isSilent = false

/**
 * Lets this process print no reports, messages and status lines any more. Of the processes that work on one job, only one
 * prints them.
 */
export function beSilent(): void {
  isSilent = true
}

async function write(text: string): Promise<void> {
  if (isSilent || process.stdout.write(`${text}\n`)) return
  // Errors are ignored here, because `watchOutput` handles them.
  await once(process.stdout, 'drain').catch(() => undefined)
}

/**
 * Writes a message to standard error, because standard output is only for results. Control characters are shown as
 * escapes.
 */
export function note(text: string): void {
  if (!isSilent) noteError(text)
}

/** Writes a message to standard error, also in a process that is otherwise silent. */
export function noteError(text: string): void {
  process.stderr.write(`${printable(text)}\n`)
}

/** The exit codes of a program that was ended by a signal: 128 plus the number of the signal, as it is on Linux. */
export const exitCodes = { SIGHUP: 129, SIGINT: 130, SIGUSR2: 140, SIGPIPE: 141, SIGTERM: 143 } as const

/**
 * How the consumer of the program's output went away: by closing the pipe (SIGPIPE) or the terminal (SIGHUP). After the
 * terminal is closed, a write may fail before the signal SIGHUP arrives. Such a failure is handled like the signal.
 */
type Leaving = 'SIGPIPE' | 'SIGHUP'
let readerLeft = (how: Leaving): void => process.exit(exitCodes[how])

/**
 * Sets what to do when the consumer of the program's output goes away, as `head` does in `descent-nn train | head -1`.
 * By default, the program exits silently.
 */
export function onReaderLeft(action: (how: Leaving) => void): void {
  readerLeft = action
}

/**
 * Handles failed writes to standard output and standard error. If the consumer of the output went away, runs the action
 * that was set with `onReaderLeft`. If standard output cannot be written for another reason, ends the program.
 */
export function watchOutput(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return readerLeft('SIGPIPE')
    if (error.code === 'EIO') return readerLeft('SIGHUP')
    note(`descent: cannot write to standard output: ${error.message}`)
    process.exit(1)
  })
  process.stderr.on('error', ({ code }: NodeJS.ErrnoException) => readerLeft(code === 'EIO' ? 'SIGHUP' : 'SIGPIPE'))
}

// Whether the program was started on a terminal. Ask now, because isatty returns false after the terminal is closed.
const onTerminal = [0, 1, 2].some((file) => isatty(file))

/**
 * Ends the program with the signal SIGHUP after its terminal was closed. A normal exit would crash, because Node would
 * try to restore the settings of the terminal. If the program was not started on a terminal, this does nothing.
 */
export function leaveTerminal(): void {
  if (!onTerminal) return
  process.removeAllListeners('SIGHUP')
  process.kill(process.pid, 'SIGHUP')
}

/** A line on the terminal. Every update overwrites it. Nothing is shown if standard error is not a terminal. */
export interface Status {
  show(text: string): void
  /** Clears the line. Call this before something else is printed. */
  clear(): void
}

/** The minimum number of milliseconds between two updates of the status line. */
const interval = 80

export function createStatus(stream: NodeJS.WriteStream = process.stderr): Status {
  if (isSilent || !stream.isTTY || process.env.TERM === 'dumb') return { show() {}, clear() {} }
  let shown = -Infinity
  return {
    show(text) {
      const now = performance.now()
      if (now - shown < interval) return
      shown = now
      // The last column stays free, because a line that fills the terminal would wrap.
      stream.write(`\r${onOneLine(text).slice(0, (stream.columns || 80) - 1)}\x1b[K`)
    },
    clear() {
      if (shown > -Infinity) stream.write('\r\x1b[K')
      shown = -Infinity
    },
  }
}
