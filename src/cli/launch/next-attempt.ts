import { constants } from 'node:os'
import { type Host, slotsOf } from './hosts.js'
import type { Flavor } from './launcher.js'

/** How often a job may be started again, and with how few processes. */
export interface RestartLimits {
  readonly maxRestarts: number
  readonly minRanks: number
}

/** A job that has ended. */
export interface EndedJob {
  readonly code: number
  readonly flavor: Flavor
  /** The number of restarts before this job. */
  readonly restarts: number
  /** The number of processes that the user asked for. */
  readonly ranks: number
  /** The hosts of the job that can still be reached. Undefined if the job had no list of hosts. */
  readonly hosts: readonly Host[] | undefined
  /** Whether there may be more processes than slots. */
  readonly oversubscribe: boolean
}

/** What to do after a job has ended: to start it again, or to end. `reason` says why an abnormal end is final. */
export type NextAttempt =
  | { readonly restart: true; readonly ranks: number }
  | { readonly restart: false; readonly reason?: string }

/** Why a job that ended with a code of this table is not started again. */
const finalCodes: Readonly<Record<number, string>> = {
  1: 'the program failed by an error of its own, which a restart would repeat',
  2: 'an option of the program is wrong',
  73: 'the launcher and the MPI library do not belong together',
  74: 'the processes differ, in their settings or in what they have computed',
}

/** Decides what to do after a job has ended. */
export function nextAttempt(job: EndedJob, { maxRestarts, minRanks }: RestartLimits): NextAttempt {
  const { code, flavor, restarts, hosts } = job
  if (code === 0 || maxRestarts === 0 || wasStopped(code, flavor)) return { restart: false }
  if (Object.hasOwn(finalCodes, code)) return { restart: false, reason: finalCodes[code] }
  if (restarts >= maxRestarts) return { restart: false, reason: `--max-restarts ${maxRestarts} is reached` }
  const room = hosts && (job.oversubscribe && hosts.length > 0 ? job.ranks : slotsOf(hosts))
  const ranks = Math.min(job.ranks, room ?? job.ranks)
  if (ranks >= minRanks) return { restart: true, ranks }
  return {
    restart: false,
    reason: `the hosts that are left have room for ${ranks} of the ${job.ranks} processes, fewer than --min-ranks ${minRanks}`,
  }
}

/**
 * Returns whether the code says that somebody stopped the job with a signal. Only a signal that a program can handle
 * counts: SIGKILL and a crash are failures. Hydra reports the signal of a process without the usual 128. After a failure,
 * Slurm ends the other processes with SIGTERM, and its code is the greatest of all.
 */
function wasStopped(code: number, flavor: Flavor): boolean {
  const { SIGHUP, SIGINT, SIGPIPE, SIGTERM, SIGUSR2 } = constants.signals
  if (flavor === 'Slurm' && code === 128 + SIGTERM) return false
  const stopping = [SIGHUP, SIGINT, SIGPIPE, SIGTERM, SIGUSR2]
  return stopping.includes(code - 128) || (flavor === 'Hydra' && stopping.includes(code))
}
