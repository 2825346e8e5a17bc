import { spawnSync } from 'node:child_process'
import type { Contender, Task } from './contenders.js'
import { removeResult } from './exchange.js'

/** The JSON that a contender prints (see contender.ts). */
export interface Answer {
  readonly seconds?: readonly number[]
  readonly microseconds?: readonly number[]
  readonly delay?: number
  readonly kernels?: Readonly<Record<string, number>>
}

/** The time limit of a contender's process, in milliseconds. Normally a process takes a few seconds. */
const timeout = 600_000

/**
 * Runs a contender in a process of its own, with the number of threads that it should use.
 *
 * @throws Error if the process cannot be started, exceeds the time limit, or ends with an error
 */
export function runContender(
  { command, threads = 1 }: Pick<Contender, 'command' | 'threads'>,
  task: Task,
  folder: string,
  words: readonly (string | number)[],
): Answer {
  removeResult(folder)
  const [program, ...options] = [...command, task, folder, ...words.map(String)]
  const libraries = ['OMP_NUM_THREADS', 'OPENBLAS_NUM_THREADS', 'MKL_NUM_THREADS']
  const limits = Object.fromEntries(libraries.map((name) => [name, String(threads)]))
  const { stdout, stderr, status, signal, error } = spawnSync(program, options, {
    encoding: 'utf8',
    env: { ...process.env, ...limits, TF_CPP_MIN_LOG_LEVEL: '2' },
    maxBuffer: 2 ** 28,
    timeout,
  })
  if (error) throw error
  if (status !== 0) {
    const lines = stderr.trim().split('\n')
    throw new Error(lines.find((line) => /^\w*Error\b/.test(line)) ?? lines.at(-1) ?? `it ended by ${signal ?? status}`)
  }
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '')
}

/** Returns the figures that a contender printed under a name. @throws Error if it printed no such figures */
export function figuresOf(answer: Answer, name: 'seconds' | 'microseconds'): readonly number[] {
  const figures = answer[name]
  if (!figures?.length || !figures.every((figure) => figure > 0)) throw new Error(`it printed no ${name}`)
  return figures
}
