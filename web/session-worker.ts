import { makeOwnSession } from './connect/own-session.js'
import { type Port, serveOnPort } from './connect/port.js'

/** Starts a session that the page at the other end of the port can use. */
export function startSession(port: Port): void {
  serveOnPort(makeOwnSession, port)
}

/** Runs a session in a worker of the page. The first message says that the worker runs. */
export function startWorker(): void {
  const port = globalThis as unknown as Port
  startSession(port)
  port.postMessage('ready', [])
}
