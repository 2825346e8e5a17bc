import type { Worker } from 'node:worker_threads'
import { builtin } from './builtin.js'
import { DescentError } from './errors.js'

/** Describes the work of a thread, for use in messages. */
export interface Work {
  /** The work in the infinitive, such as "draw digits" in the message "a worker thread failed to draw digits". */
  readonly infinitive: string
  /** The work in the past tense, such as "drew digits" in the message "a worker thread that drew digits ended". */
  readonly past: string
  /** The name of the thread in debuggers and profilers. */
  readonly name: string
}

export function startThread(script: URL, workerData: unknown, { name }: Work): Worker {
  // Pass an empty execArgv, so that the worker does not inherit flags of the parent process, such as loaders or
  // inspectors.
  const { Worker } = builtin('node:worker_threads')
  return new Worker(script, { workerData, execArgv: [], name })
}

/** Resolves when the thread has finished, and rejects with a DescentError if it failed or was stopped. */
export function endOf(worker: Worker, { infinitive, past }: Work): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.once('error', (error) => {
      reject(new DescentError(`a worker thread failed to ${infinitive}: ${messageOf(error)}`, { cause: error }))
    })
    worker.once('exit', (code) => {
      if (code === 0) resolve()
      else reject(new DescentError(`a worker thread that ${past} ended with exit code ${code}`))
    })
  })
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
