import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

export interface Order {
  readonly name: string
  readonly amount: number
}

/** The seconds that the work took, or the reason why the measured version of descent cannot do the work. */
export type Answer = { readonly seconds: number } | { readonly problem: string }

/**
 * A process that measures the speed of the descent package in one folder. It is idle between two calls of `measure`.
 */
export interface Contender {
  /** @throws Error if the process has ended */
  measure(order: Order): Promise<Answer>
  end(): void
}

const program = fileURLToPath(new URL('./worker.js', import.meta.url))

/**
 * Starts a process that measures the speed of the descent package in `folder`. The process inherits neither the Node
 * options of this process nor the environment variable DESCENT_BACKEND.
 */
export function startContender(folder: string): Contender {
  const { NODE_OPTIONS: _, DESCENT_BACKEND: __, ...environment } = process.env
  const child = fork(program, [folder], { execArgv: [], env: { ...environment, OPENBLAS_NUM_THREADS: '1' } })
  return {
    async measure(order) {
      const answer = answerOf(child, folder)
      child.send(order)
      return answer
    },
    end() {
      child.disconnect()
    },
  }
}

async function answerOf(child: ChildProcess, folder: string): Promise<Answer> {
  const waiting = new AbortController()
  const { signal } = waiting
  try {
    return await Promise.race([
      once(child, 'message', { signal }).then(([answer]: Answer[]) => answer),
      once(child, 'exit', { signal }).then(([code, by]: unknown[]) => {
        throw new Error(`the process that measures ${folder} has ended (${by ?? `exit code ${code}`})`)
      }),
    ])
  } finally {
    waiting.abort()
  }
}
