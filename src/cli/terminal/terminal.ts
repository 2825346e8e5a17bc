import { once } from 'node:events'
import { isatty } from 'node:tty'

/** Writes a line of results, and waits where their reader is slower than we are. */
export async function print(text: string): Promise<void> {
  if (process.stdout.write(`${text}\n`)) return
  // What an error means is told below.
  await once(process.stdout, 'drain').catch(() => undefined)
}

/** Writes a line about the work, which is no result. */
export function note(text: string): void {
  process.stderr.write(`${text}\n`)
}

/** The exit codes of a program that these signals ended: 128 and the number of the signal. */
export const exitCodes = { SIGHUP: 129, SIGINT: 130, SIGPIPE: 141, SIGTERM: 143 } as const

/** How a reader left: a pipe was closed, or a terminal, whose signal may come after the error. */
type Leaving = 'SIGPIPE' | 'SIGHUP'
let readerLeft = (how: Leaving): void => process.exit(exitCodes[how])

/** Puts an action in the place of a quiet end, for when nobody reads the results any more (`descent-nn train | head -1`). */
export function onReaderLeft(action: (how: Leaving) => void): void {
  readerLeft = action
}

/** Ends the program where its output cannot be written. */
export function watchOutput(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return readerLeft('SIGPIPE')
    if (error.code === 'EIO') return readerLeft('SIGHUP')
    process.stderr.write(`descent: cannot write to standard output: ${error.message}\n`)
    process.exit(1)
  })
  process.stderr.on('error', ({ code }: NodeJS.ErrnoException) => readerLeft(code === 'EIO' ? 'SIGHUP' : 'SIGPIPE'))
}

// Asked at the start: what was closed is no terminal any more.
const onTerminal = [0, 1, 2].some((file) => isatty(file))

/** Ends a program on a terminal that is gone by the signal that said so: where Node cannot give it back, an exit is a crash. */
export function leaveTerminal(): void {
  if (!onTerminal) return
  process.removeAllListeners('SIGHUP')
  process.kill(process.pid, 'SIGHUP')
}

/** A line on a terminal that is written over; nothing at all where standard error is no terminal. */
export interface Status {
  show(text: string): void
  /** Gives the line back, before something else is printed. */
  clear(): void
}

/** Milliseconds between two pictures of the line. */
const interval = 80

export function createStatus(stream: NodeJS.WriteStream = process.stderr): Status {
  if (!stream.isTTY || process.env.TERM === 'dumb') return { show() {}, clear() {} }
  let shown = -Infinity
  return {
    show(text) {
      const now = performance.now()
      if (now - shown < interval) return
      shown = now
      // One column stays free: a full line would wrap, and the next one be written below it.
      stream.write(`\r${text.slice(0, (stream.columns || 80) - 1)}\x1b[K`)
    },
    clear() {
      if (shown > -Infinity) stream.write('\r\x1b[K')
      shown = -Infinity
    },
  }
}
