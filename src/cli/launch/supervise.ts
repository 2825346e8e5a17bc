import { execFile } from 'node:child_process'
import { constants, hostname } from 'node:os'
import { promisify } from 'node:util'
import { count } from '../parsing/format.js'
import { note } from '../terminal/terminal.js'
import type { Host } from './hosts.js'
import { type Job, startJob } from './job.js'
import type { Launcher } from './launcher.js'
import { forwardedVariables, type LaunchPlan, launcherArguments } from './launcher-arguments.js'
import { nextAttempt, type RestartLimits } from './next-attempt.js'

/** What to supervise. */
export interface Supervision extends RestartLimits {
  readonly launcher: Launcher
  readonly plan: Omit<LaunchPlan, 'program' | 'variables'>
  /** The program that each process runs, and its arguments, after this number of restarts. */
  readonly program: (restarts: number) => readonly string[]
  /** The number of seconds that the processes have to save their work after they were asked to stop. */
  readonly grace: number
}

const stopSignals = ['SIGHUP', 'SIGINT', 'SIGTERM', 'SIGUSR2'] as const
type StopSignal = (typeof stopSignals)[number]

/** The exit code of a job that was ended by SIGKILL. */
const killed = 128 + constants.signals.SIGKILL

/**
 * Starts the processes, and starts them again after an abnormal end, as often as the limits allow and without the hosts
 * that cannot be reached. A signal makes them stop and save, and a second one ends them at once. Resolves to the exit
 * code.
 * @throws DescentError if the launcher cannot be started; UsageError if it cannot do what is asked
 */
export async function supervise({ launcher, plan, program, grace, ...limits }: Supervision): Promise<number> {
  let { ranks, hosts } = plan
  let job: Job | undefined
  const stop = catchStop(grace, {
    stop: () => job?.stop(),
    kill: () => job?.kill(),
  })
  try {
    for (let restarts = 0; ; restarts++) {
      const environment = { DESCENT_RESTART_COUNT: String(restarts) }
      const variables = forwardedVariables({ ...process.env, ...environment })
      const args = launcherArguments(launcher, { ...plan, ranks, hosts, variables, program: program(restarts) })
      job = startJob(launcher, args, { environment })
      const watch = watchRanks(job, grace)
      const code = await job.ended.finally(() => clearInterval(watch))
      // Processes that the launcher has left behind would disturb those of the next start.
      job.kill()
      if (stop.signal() !== undefined) return stop.exitCode(code, launcher)
      const left = code === 0 || limits.maxRestarts === 0 ? hosts : await reachable(hosts, plan.remoteShell)
      const { flavor } = launcher
      const ended = { code, flavor, restarts, ranks: plan.ranks, hosts: left, oversubscribe: plan.oversubscribe }
      const next = nextAttempt(ended, limits)
      if (!next.restart) {
        if (next.reason !== undefined) note(`descent launch: the job ended with code ${code}: ${next.reason}`)
        return code
      }
      if (stop.signal() !== undefined) return stop.exitCode(code, launcher)
      for (const { name } of hosts ?? []) {
        if (!left?.some((host) => host.name === name))
          note(`descent launch: ${name} cannot be reached, and is left out`)
      }
      hosts = left
      ranks = next.ranks
      note(
        `descent launch: the job ended with code ${code}: restart ${restarts + 1} of ${limits.maxRestarts}, with ${processes(ranks)}`,
      )
    }
  } finally {
    stop.release()
  }
}

/** The signals with which the user stops a job. */
interface Stop {
  /** The first of the signals that have arrived. */
  signal(): StopSignal | undefined
  /**
   * The exit code of a job that ended with `code` after the signal: that of the signal, unless the job had finished or
   * was killed. Hydra may return 0 for processes that the signal has ended, so its 0 does not mean that the job had
   * finished.
   */
  exitCode(code: number, launcher: Pick<Launcher, 'flavor'>): number
  release(): void
}

/** Stops a job at the first signal, and kills it at the second one, or `grace` seconds after the first one. */
function catchStop(grace: number, { stop, kill }: { readonly stop: () => void; readonly kill: () => void }): Stop {
  let first: StopSignal | undefined
  let timer: NodeJS.Timeout | undefined
  let wasKilled = false
  const end = () => {
    wasKilled = true
    kill()
  }
  const listeners = stopSignals.map((signal) => {
    const listener = () => {
      if (first !== undefined) return end()
      first = signal
      stop()
      timer = setTimeout(() => {
        note(`descent launch: the processes have not stopped within ${grace} s (--grace): they are killed`)
        end()
      }, 1000 * grace)
    }
    process.on(signal, listener)
    return [signal, listener] as const
  })
  return {
    signal: () => first,
    exitCode(code, { flavor }) {
      if (wasKilled) return killed
      const hadFinished = code === 0 && flavor !== 'Hydra'
      return first === undefined || hadFinished ? code : 128 + constants.signals[first]
    },
    release() {
      clearTimeout(timer)
      for (const [signal, listener] of listeners) process.off(signal, listener)
    },
  }
}

/**
 * Kills a job whose processes on this machine have all ended, but whose launcher has not: after a network has broken,
 * a launcher may wait for its other half forever.
 */
function watchRanks(job: Job, grace: number): NodeJS.Timeout {
  let last: number | undefined
  return setInterval(
    () => {
      const now = performance.now()
      const ranks = job.countRanks()
      if (ranks !== 0) {
        if (ranks !== undefined) last = now
        return
      }
      if (last === undefined || now - last < 1000 * grace) return
      note(
        `descent launch: all processes on this machine have ended, but the launcher has not for ${grace} s: it is killed`,
      )
      job.kill()
    },
    Math.min(5000, 250 * grace),
  )
}

function processes(ranks: number): string {
  return ranks === 1 ? '1 process' : `${count(ranks)} processes`
}

const run = promisify(execFile)

/** The number of milliseconds that a host has to answer. */
const patience = 15_000

/** Returns the hosts on which a command can be run. This machine is not asked. */
async function reachable(
  hosts: readonly Host[] | undefined,
  remoteShell = 'ssh',
): Promise<readonly Host[] | undefined> {
  if (!hosts) return undefined
  const [shell, ...options] = remoteShell.split(' ')
  const quiet = remoteShell === 'ssh' ? ['-o', 'BatchMode=yes', '-o', 'ConnectTimeout=10'] : options
  const answers = await Promise.all(
    hosts.map(({ name }) =>
      [hostname(), 'localhost', '127.0.0.1'].includes(name)
        ? true
        : run(shell, [...quiet, name, 'true'], { timeout: patience }).then(
            () => true,
            () => false,
          ),
    ),
  )
  return hosts.filter((_, i) => answers[i])
}
