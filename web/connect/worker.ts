import type { Connection } from '#src/see/protocol'
import { startSession } from '../session-worker.js'
import { connectToPort, type SessionStart } from './port.js'

/** How long a worker may take to say that it runs, in milliseconds. */
const patience = 5000

/**
 * Starts a session in a worker and connects to it. The worker runs the script of this page, so that nothing has to be
 * loaded. Where no worker can start, the session runs in the page itself.
 */
export async function connectToWorker(start: SessionStart): Promise<Connection & { close(): void }> {
  const worker = await startWorker()
  if (worker) return { ...connectToPort(worker, start), close: () => worker.terminate() }
  const { port1, port2 } = new MessageChannel()
  startSession(port2)
  return connectToPort(port1, start)
}

/** Returns a worker that has said that it runs, or undefined if none can start. */
async function startWorker(): Promise<Worker | undefined> {
  const script = document.querySelector('script[type="module"]')?.textContent
  if (!script) return undefined
  const address = URL.createObjectURL(new Blob([script], { type: 'text/javascript' }))
  try {
    const worker = new Worker(address, { type: 'module' })
    const isRunning = await new Promise<boolean>((resolve) => {
      const timer = setTimeout(() => resolve(false), patience)
      const settle = (isRunning: boolean) => {
        clearTimeout(timer)
        resolve(isRunning)
      }
      worker.onmessage = () => settle(true)
      worker.onerror = () => settle(false)
    })
    if (isRunning) return worker
    worker.terminate()
  } catch {
    // Some browsers refuse workers of blobs to pages of files.
  } finally {
    URL.revokeObjectURL(address)
  }
  return undefined
}
