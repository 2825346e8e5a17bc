import { lookup } from 'node:dns/promises'
import { availableParallelism, cpus, hostname, networkInterfaces } from 'node:os'
import { messageOf } from '../../base/errors.js'
import { mpiLibraryName } from '../output/mpi-library.js'
import { count } from '../parsing/format.js'
import { type Machine, programOf, readMachineHere } from '../terminal/machine.js'
import { findLauncher, findLaunchers } from './launcher.js'
import { testLauncher } from './self-test.js'

/** One thing that training with many processes depends on. */
export interface Finding {
  readonly name: string
  readonly text: string
  /** What keeps the training from running. */
  readonly problem?: string
  /** What may be wrong, depending on how the training is started. */
  readonly warning?: string
}

/** What to examine. */
export interface ExamineOptions {
  /** The name or path of the launcher. By default it is the one that `launch` would use. */
  readonly launcher?: string | undefined
  /** The number of threads that each process should have. */
  readonly threads: number
}

/** Examines what training with many processes depends on. The last finding is that of two processes that were started. */
export async function examine({ launcher: name, threads }: ExamineOptions): Promise<Finding[]> {
  const machine = readMachineHere()
  return [
    { name: 'descent', text: programOf(machine) },
    addonOf(machine),
    processorsOf(availableParallelism(), cpus().length, threads),
    { name: 'interfaces', text: interfacesHere() },
    await hostNameHere(),
    ...(await examineLaunchers(name, threads)),
  ]
}

function addonOf({ native }: Machine): Finding {
  const name = 'addon'
  if (native.loads) return { name, text: native.detail }
  return { name, text: 'not available', problem: `MPI needs the native addon: ${native.reason}` }
}

/** Compares the processors that this process may use with those of the machine and with the threads. */
export function processorsOf(usable: number, all: number, threads: number): Finding {
  const text = `${count(usable)} of ${count(all)} may be used, for ${count(threads)} ${threads === 1 ? 'thread' : 'threads'} in each process`
  if (usable >= threads) return { name: 'processors', text }
  return {
    name: 'processors',
    text,
    warning: 'the threads of a process must share processors: give it more, or use fewer --threads',
  }
}

function interfacesHere(): string {
  const addresses = Object.entries(networkInterfaces()).flatMap(([name, all = []]) =>
    all.flatMap(({ cidr, internal, family }) => (internal || family === 'IPv6' ? [] : [`${name} ${cidr}`])),
  )
  return addresses.join(', ') || 'none but the loopback'
}

async function hostNameHere(): Promise<Finding> {
  const name = hostname()
  const addresses = await lookup(name, { all: true }).then(
    (found) => found.map(({ address }) => address),
    () => [],
  )
  return hostNameOf(name, addresses)
}

/** Judges the addresses that the name of this host stands for. */
export function hostNameOf(host: string, addresses: readonly string[]): Finding {
  const finding = {
    name: 'host name',
    text: addresses.length === 0 ? host : `${host}, which is ${addresses.join(', ')}`,
  }
  if (addresses.length === 0) {
    return {
      ...finding,
      warning: `the name ${host} has no address: add one to /etc/hosts if the training uses several hosts`,
    }
  }
  if (!addresses.every((address) => /^127\.|^::1$/.test(address))) return finding
  return {
    ...finding,
    warning: `the name ${host} stands for this machine only, so other hosts could not find it: if the training uses several hosts, give the name its true address in /etc/hosts, or use --interface`,
  }
}

async function examineLaunchers(name: string | undefined, threads: number): Promise<Finding[]> {
  const launchers = await findLaunchers()
  const text = launchers.map(({ path, version }) => `${version} (${path})`).join(', ') || 'none'
  const found = await findLauncher(name).then(
    (launcher) => ({ launcher }),
    (error: unknown) => ({ problem: messageOf(error) }),
  )
  if ('problem' in found) return [{ name: 'launchers', text, problem: found.problem }]
  const { launcher } = found
  const { ranks, seconds, problem } = await testLauncher(launcher)
  const [first] = ranks
  const findings: Finding[] = [{ name: 'launchers', text }]
  if (first) {
    findings.push({ name: 'MPI library', text: `${mpiLibraryName(first.library)}${first.file && ` (${first.file})`}` })
    const fewest = Math.min(...ranks.map(({ processors }) => processors))
    const text = `the two processes may use ${ranks.map(({ processors }) => count(processors)).join(' and ')} processors`
    // If they may use as many as this process, the finding about the processors has the warning already.
    const warning = fewest < availableParallelism() ? processorsOf(fewest, cpus().length, threads).warning : undefined
    findings.push({ name: 'affinity', text, ...(warning && { warning }) })
  }
  const by = `two processes of ${launcher.version} (${launcher.path})`
  const result = problem === undefined ? `added numbers, right, in ${seconds.toFixed(1)} s` : 'failed'
  return [...findings, { name: 'self-test', text: `${by}: ${result}`, ...(problem !== undefined && { problem }) }]
}
