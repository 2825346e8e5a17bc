import { BlockList, isIP } from 'node:net'
import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os'
import { UsageError } from '../parsing/usage-error.js'
import type { Host } from './hosts.js'
import type { Launcher } from './launcher.js'

/** What a launcher should start, and where. */
export interface LaunchPlan {
  /** The number of processes. */
  readonly ranks: number
  /** Where the processes run. Undefined for this machine, or for the allocation of Slurm. */
  readonly hosts: readonly Host[] | undefined
  /** The network for the messages between hosts: a range such as "10.0.0.0/8", or the name of an interface. */
  readonly network: string | undefined
  /** Whether there may be more processes than processors. */
  readonly oversubscribe: boolean
  /** The program that runs commands on other hosts, if it is not ssh. */
  readonly remoteShell: string | undefined
  /** The names of the environment variables that the processes on other hosts need too. */
  readonly variables: readonly string[]
  /** The program that each process runs, and its arguments. */
  readonly program: readonly string[]
}

/**
 * A connection between hosts that is silent for 30 seconds is probed. If the next 3 probes, each after 5 seconds, get no
 * answer, the host counts as lost. The default of Open MPI would be eight minutes, in which its launcher ignores SIGTERM.
 * A process waits much longer for the others (see `connect`), so that the launcher notices a lost host first, and ends.
 */
const keepalive = { time: 30, intvl: 5, probes: 3 }

/** Returns the arguments with which a launcher starts the processes. @throws UsageError if it cannot do what is asked */
export function launcherArguments({ flavor, plugin }: Pick<Launcher, 'flavor' | 'plugin'>, plan: LaunchPlan): string[] {
  switch (flavor) {
    case 'Open MPI 4':
      return openMpiArguments(plan, { runtime: '--mca', shell: 'plm_rsh_agent' })
    case 'Open MPI 5':
      return openMpiArguments(plan, { runtime: '--prtemca', shell: 'plm_ssh_agent' })
    case 'Hydra':
      return hydraArguments(plan)
    case 'Slurm':
      return slurmArguments(plan, plugin)
  }
}

/** `runtime` is the option that sets a parameter of the launcher itself, and `shell` is the name of one of them. */
function openMpiArguments(
  { ranks, hosts, network, oversubscribe, remoteShell, variables, program }: LaunchPlan,
  { runtime, shell }: { readonly runtime: string; readonly shell: string },
): string[] {
  return [
    ...['-n', String(ranks), ...hostList('--host', hosts)],
    // By default each process may use one processor only, which would leave one thread to OpenBLAS.
    ...['--bind-to', 'none'],
    ...(oversubscribe ? ['--oversubscribe'] : []),
    // A process that waits for others polls. With this parameter it lets others run between two polls.
    ...['--mca', 'mpi_yield_when_idle', '1'],
    ...Object.entries(keepalive).flatMap(([name, value]) => [runtime, `oob_tcp_keepalive_${name}`, String(value)]),
    ...(network === undefined ? [] : ['--mca', 'btl_tcp_if_include', network, runtime, 'oob_tcp_if_include', network]),
    ...(remoteShell === undefined ? [] : [runtime, shell, remoteShell]),
    ...variables.flatMap((name) => ['-x', name]),
    ...program,
  ]
}

function hydraArguments({ ranks, hosts, network, remoteShell, program }: LaunchPlan): string[] {
  // Hydra neither limits the number of processes nor binds them to processors, and passes on all variables.
  return [
    ...['-n', String(ranks), ...hostList('-hosts', hosts)],
    ...(network === undefined ? [] : ['-iface', interfaceIn(network)]),
    ...(remoteShell === undefined ? [] : ['-launcher', 'ssh', '-launcher-exec', remoteShell]),
    ...program,
  ]
}

function slurmArguments(
  { ranks, hosts, network, oversubscribe, remoteShell, program }: LaunchPlan,
  plugin: string | undefined,
): string[] {
  if (hosts)
    throw new UsageError('--hosts and --hostfile are not for srun, which runs on the nodes that Slurm allocated')
  if (network !== undefined)
    throw new UsageError('--interface is not for srun: the configuration of Slurm chooses the network')
  if (remoteShell !== undefined)
    throw new UsageError('--remote-shell is not for srun, which has its own daemons on the nodes')
  return [
    ...['--ntasks', String(ranks), '--kill-on-bad-exit=1', '--cpu-bind=none'],
    ...(plugin === undefined ? [] : [`--mpi=${plugin}`]),
    ...(oversubscribe ? ['--overcommit'] : []),
    ...program,
  ]
}

function hostList(option: string, hosts: readonly Host[] | undefined): string[] {
  return hosts ? [option, hosts.map(({ name, slots }) => `${name}:${slots}`).join(',')] : []
}

/**
 * Returns the name of the interface of this machine that is in a network such as "10.0.0.0/8". A name of an interface is
 * returned unchanged.
 * @throws UsageError if no interface is in the network
 */
export function interfaceIn(
  network: string,
  interfaces: NodeJS.Dict<NetworkInterfaceInfo[]> = networkInterfaces(),
): string {
  const range = rangeOf(network)
  if (!range) return network
  const found = Object.entries(interfaces).find(([, addresses = []]) =>
    addresses.some(({ address, family }) => range.check(address, family === 'IPv6' ? 'ipv6' : 'ipv4')),
  )
  if (found) return found[0]
  const known = Object.entries(interfaces).flatMap(([name, addresses = []]) =>
    addresses.map(({ cidr }) => `${name} ${cidr}`),
  )
  throw new UsageError(`--interface ${network}: no interface of this machine is in it, only ${known.join(', ')}`)
}

function rangeOf(network: string): BlockList | undefined {
  const [, address = '', bits = ''] = /^([\d.]+|[\da-f:]+)\/(\d{1,3})$/i.exec(network) ?? []
  const version = isIP(address)
  if (version === 0 || Number(bits) > (version === 4 ? 32 : 128)) return undefined
  const range = new BlockList()
  range.addSubnet(address, Number(bits), version === 4 ? 'ipv4' : 'ipv6')
  return range
}

/** Returns the names of the variables in `environment` that change what a process computes, or how fast. */
export function forwardedVariables(environment: NodeJS.ProcessEnv): string[] {
  return Object.keys(environment)
    .filter((name) => /^(DESCENT|OPENBLAS|UCX)_|^NODE_OPTIONS$/.test(name))
    .sort()
}
