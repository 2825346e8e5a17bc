import { demoDigits, loadDemo } from '#src/see/demo'
import { drawDigits } from '#src/see/drawn-digits'
import { connect, createSession } from '#src/see/session'
import { type Port, type SessionStart, serveOnPort } from './connect/port.js'

/** Starts a session that the page at the other end of the port can use. */
export function startSession(port: Port): void {
  serveOnPort(makeSession, port)
}

async function makeSession({ id, digits: counts, isTrained }: SessionStart) {
  const network = isTrained ? await loadDemo() : undefined
  // Both engines learn from the same pictures, because both draw the same digits.
  const session = createSession({ data: drawDigits(counts), network, digits: demoDigits, loadDemo })
  return { ...connect(session, id), close: () => session.close() }
}

/** Runs a session in a worker of the page. The first message says that the worker runs. */
export function startWorker(): void {
  const port = globalThis as unknown as Port
  startSession(port)
  port.postMessage('ready', [])
}
