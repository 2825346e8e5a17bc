import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { constants } from 'node:os'
import { DescentError } from '../../index.js'
import type { Launcher } from './launcher.js'

/** Processes that a launcher has started. */
export interface Job {
  /** Resolves to the exit code of the launcher. If a signal ended the launcher, the code is 128 plus its number. */
  readonly ended: Promise<number>
  /** What the processes and the launcher have printed so far, if the job collects it. */
  readonly output: () => string
  /** Asks all processes to stop after the same step and to save their work. */
  stop(): void
  /** Ends the launcher and all processes on this machine at once. */
  kill(): void
  /** The number of the program's processes on this machine. Undefined where the system does not tell. */
  countRanks(): number | undefined
}

/** The environment variable that marks all processes of a job, so that those that the launcher leaves behind are found. */
const mark = 'DESCENT_JOB'

/**
 * The signal that asks a launcher to stop its processes. Open MPI passes on SIGUSR2 and waits; to SIGTERM it would add
 * SIGKILL after a second. Hydra passes on SIGTERM and waits; SIGUSR2 would end it.
 */
const stopSignals = { 'Open MPI 4': 'SIGUSR2', 'Open MPI 5': 'SIGUSR2', Hydra: 'SIGTERM', Slurm: 'SIGUSR2' } as const

/** How a job is started. */
export interface JobOptions {
  /** Environment variables besides those of this process. */
  readonly environment?: Readonly<Record<string, string>>
  /** Whether the output of the processes is collected. By default it goes to that of this process. */
  readonly collects?: boolean
}

/** Starts a launcher. `ended` is rejected with a DescentError if it cannot be started. */
export function startJob(
  { path, flavor }: Launcher,
  args: readonly string[],
  { environment = {}, collects = false }: JobOptions = {},
): Job {
  const id = randomUUID()
  // In a process group of its own, the launcher does not get the Ctrl-C of the terminal, at which it would end its
  // processes before they have saved anything.
  const child = spawn(path, args, {
    detached: true,
    stdio: collects ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...environment, [mark]: id },
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  }
  const ended = new Promise<number>((resolve, reject) => {
    child.on('error', (cause) => reject(new DescentError(`cannot start ${path}: ${cause.message}`, { cause })))
    // A process that the launcher leaves behind keeps the pipes open, so their end is not waited for.
    child.on('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal ?? 'SIGKILL']))
  })
  return {
    ended,
    output: () => output,
    stop: () => send(child.pid, stopSignals[flavor]),
    kill() {
      if (child.exitCode === null && child.signalCode === null) send(child.pid, 'SIGKILL')
      for (const { pid } of processesOf(id) ?? []) send(pid, 'SIGKILL')
    },
    countRanks: () => processesOf(id)?.filter(({ runsNode }) => runsNode).length,
  }
}

function send(pid: number | undefined, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(pid, signal)
  } catch (error) {
    // The process has just ended.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

interface MarkedProcess {
  readonly pid: number
  readonly runsNode: boolean
}

/**
 * Returns the processes on this machine that have the mark of a job. Launchers put their processes into process groups
 * and sessions of their own, so neither of these names them all. Undefined on systems without /proc.
 */
function processesOf(id: string): MarkedProcess[] | undefined {
  const names = namesIn('/proc')
  return names?.flatMap((name) => {
    if (!/^\d+$/.test(name)) return []
    try {
      if (!readFileSync(`/proc/${name}/environ`, 'latin1').split('\0').includes(`${mark}=${id}`)) return []
      return [{ pid: Number(name), runsNode: readlinkSync(`/proc/${name}/exe`) === readlinkSync('/proc/self/exe') }]
    } catch {
      // The process has ended, or belongs to another user.
      return []
    }
  })
}

function namesIn(folder: string): string[] | undefined {
  try {
    return readdirSync(folder)
  } catch {
    return undefined
  }
}
