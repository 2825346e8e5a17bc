import type { Worker } from 'node:worker_threads'
import { builtin } from './builtin.js'
import { DescentError, messageOf } from './errors.js'
import { remedyFor } from './system-limits.js'

/** Describes the work of a thread, for use in messages. */
export interface Work {
  /** The work in the infinitive, such as "draw digits" in the message "a worker thread failed to draw digits". */
  readonly infinitive: string
  /** The work in the past tense, such as "drew digits" in the message "a worker thread that drew digits ended". */
  readonly past: string
  /** The name of the thread in debuggers and profilers. */
  readonly name: string
}

/** Starts a thread. @throws DescentError if the system or Node does not allow one more thread */
export function startThread(script: URL, workerData: unknown, work: Work): Worker {
  // Pass an empty execArgv, so that the worker does not inherit flags of the parent process, such as loaders or
  // inspectors.
  const { Worker } = builtin('node:worker_threads')
  try {
    return new Worker(script, { workerData, execArgv: [], name: work.name })
  } catch (error) {
    throw startError(error, work)
  }
}

/** Resolves when the thread has finished, and rejects with a DescentError if it failed or was stopped. */
export function endOf(worker: Worker, work: Work): Promise<void> {
  const { infinitive, past } = work
  return new Promise((resolve, reject) => {
    worker.once('error', (error) => {
      if (codeOf(error) === 'ERR_WORKER_INIT_FAILED') reject(startError(error, work))
      else reject(new DescentError(`a worker thread failed to ${infinitive}: ${messageOf(error)}`, { cause: error }))
    })
    worker.once('exit', (code) => {
      if (code === 0) resolve()
      else reject(new DescentError(`a worker thread that ${past} ended with exit code ${code}`))
    })
  })
}

/**
 * Returns the error for a thread that did not start. Node's own error is only the name of the system's error, such as
 * EAGAIN, perhaps after a colon.
 */
function startError(cause: unknown, { infinitive }: Work): DescentError {
  const failure = `cannot start a worker thread to ${infinitive}`
  if (codeOf(cause) === 'ERR_ACCESS_DENIED') {
    const reason = "because Node's permission model allows none: start node with --allow-worker"
    return new DescentError(`${failure}, ${reason}`, { cause })
  }
  const problem = messageOf(cause).replace(/^Worker initialization failure: /, '')
  const remedy = remedyFor(problem)
  return new DescentError(`${failure} (${problem})${remedy ? `: ${remedy}` : ''}`, { cause })
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}
