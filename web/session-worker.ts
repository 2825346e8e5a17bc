import { digits } from '#src/browser'
import { loadDemo } from '#src/see/demo'
import { connect, createSession } from '#src/see/session'
import { type Port, type SessionStart, serveOnPort } from './connect/port.js'

/** The name of the drawn digits, as the command line calls them too. */
export const drawnDigits = 'digits'
/** The seeds of the drawn digits: those of the command line, so that both engines learn from the same pictures. */
const seeds = { training: 1, test: 2 }

/** Starts a session that the page at the other end of the port can use. */
export function startSession(port: Port): void {
  serveOnPort(makeSession, port)
}

async function makeSession({ id, digits: counts, isTrained }: SessionStart) {
  const training = await digits({ count: counts.training, seed: seeds.training })
  const test = await digits({ count: counts.test, seed: seeds.test })
  const network = isTrained ? await loadDemo() : undefined
  const session = createSession({ data: { name: drawnDigits, training, test }, network, loadDemo })
  return { ...connect(session, id), close: () => session.close() }
}

/** Runs a session in a worker of the page. The first message says that the worker runs. */
export function startWorker(): void {
  const port = globalThis as unknown as Port
  startSession(port)
  port.postMessage('ready', [])
}
