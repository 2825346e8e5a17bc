import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { hostsKind, readHostfile } from '#src/cli/launch/hosts'
import { recognize } from '#src/cli/launch/launcher'
import { forwardedVariables, interfaceIn, type LaunchPlan, launcherArguments } from '#src/cli/launch/launcher-arguments'
import { type EndedJob, nextAttempt } from '#src/cli/launch/next-attempt'
import { failure, temporaryFolder } from '../../support/files.js'

const folder = temporaryFolder()

describe('recognize', () => {
  it.each([
    [
      'mpirun (Open MPI) 4.1.4\n\nReport bugs to http://www.open-mpi.org/community/help/\n',
      'Open MPI 4',
      'Open MPI 4.1.4',
    ],
    ['mpirun (Open MPI) 3.1.6\n', 'Open MPI 4', 'Open MPI 3.1.6'],
    // The same program names its run-time layer if it is called by its other name.
    ['mpirun.openmpi (OpenRTE) 4.1.4\n', 'Open MPI 4', 'Open MPI 4.1.4'],
    [
      'mpirun (Open MPI) 5.0.7\n\nReport bugs to https://www.open-mpi.org/community/help/\n',
      'Open MPI 5',
      'Open MPI 5.0.7',
    ],
    ['HYDRA build details:\n    Version:                                 4.0.2\n    CC: gcc\n', 'Hydra', 'MPICH 4.0.2'],
    ['Intel(R) MPI Library for Linux* OS, Version 2021.10 Build 20230619\n', 'Hydra', 'Intel MPI 2021.10'],
    ['slurm 22.05.8\n', 'Slurm', 'Slurm 22.05.8'],
    ['slurm-wlm 21.08.5\n', 'Slurm', 'Slurm 21.08.5'],
  ])('%j is of %s', (text, flavor, version) => {
    expect(recognize(text)).toEqual({ flavor, version })
  })

  it('knows no other program', () => {
    expect(recognize('cat (GNU coreutils) 9.1\n')).toBeUndefined()
    expect(recognize('')).toBeUndefined()
  })
})

const plan: LaunchPlan = {
  ranks: 6,
  hosts: undefined,
  network: undefined,
  oversubscribe: false,
  remoteShell: undefined,
  variables: ['DESCENT_BACKEND'],
  program: ['node', 'train.mjs', '--hosts'],
}
const abroad: LaunchPlan = {
  ...plan,
  hosts: [
    { name: 'a', slots: 4 },
    { name: 'b', slots: 2 },
  ],
  network: '127.0.0.0/8',
  oversubscribe: true,
  remoteShell: '/opt/shell -q',
}

describe('launcherArguments', () => {
  it('for Open MPI 4 and 5 differ in the names of what the launcher itself is told', () => {
    const here = (runtime: string) => [
      ...['-n', '6', '--bind-to', 'none', '--mca', 'mpi_yield_when_idle', '1'],
      ...[runtime, 'oob_tcp_keepalive_time', '30', runtime, 'oob_tcp_keepalive_intvl', '5'],
      ...[runtime, 'oob_tcp_keepalive_probes', '3', '-x', 'DESCENT_BACKEND', 'node', 'train.mjs', '--hosts'],
    ]
    expect(launcherArguments({ flavor: 'Open MPI 4' }, plan)).toEqual(here('--mca'))
    expect(launcherArguments({ flavor: 'Open MPI 5' }, plan)).toEqual(here('--prtemca'))
    const there = (runtime: string, agent: string) => [
      ...['-n', '6', '--host', 'a:4,b:2', '--bind-to', 'none', '--oversubscribe', '--mca', 'mpi_yield_when_idle', '1'],
      ...[runtime, 'oob_tcp_keepalive_time', '30', runtime, 'oob_tcp_keepalive_intvl', '5'],
      ...[runtime, 'oob_tcp_keepalive_probes', '3', '--mca', 'btl_tcp_if_include', '127.0.0.0/8'],
      ...[runtime, 'oob_tcp_if_include', '127.0.0.0/8', runtime, agent, '/opt/shell -q'],
      ...['-x', 'DESCENT_BACKEND', 'node', 'train.mjs', '--hosts'],
    ]
    expect(launcherArguments({ flavor: 'Open MPI 4' }, abroad)).toEqual(there('--mca', 'plm_rsh_agent'))
    expect(launcherArguments({ flavor: 'Open MPI 5' }, abroad)).toEqual(there('--prtemca', 'plm_ssh_agent'))
  })

  it('for Hydra name the interface and not its network', () => {
    expect(launcherArguments({ flavor: 'Hydra' }, plan)).toEqual(['-n', '6', 'node', 'train.mjs', '--hosts'])
    const [loopback] = launcherArguments({ flavor: 'Hydra' }, abroad).slice(5)
    expect(launcherArguments({ flavor: 'Hydra' }, abroad)).toEqual([
      ...['-n', '6', '-hosts', 'a:4,b:2', '-iface', loopback],
      ...['-launcher', 'ssh', '-launcher-exec', '/opt/shell -q', 'node', 'train.mjs', '--hosts'],
    ])
    expect(loopback).toMatch(/^lo/)
  })

  it('for Slurm kill the job when a process fails, and name the plugin if there is one', () => {
    const args = ['--ntasks', '6', '--kill-on-bad-exit=1', '--cpu-bind=none']
    expect(launcherArguments({ flavor: 'Slurm' }, plan)).toEqual([...args, 'node', 'train.mjs', '--hosts'])
    expect(launcherArguments({ flavor: 'Slurm', plugin: 'pmix' }, { ...plan, oversubscribe: true })).toEqual([
      ...[...args, '--mpi=pmix', '--overcommit', 'node', 'train.mjs', '--hosts'],
    ])
  })

  it.each([
    ['hosts', '--hosts and --hostfile are not for srun, which runs on the nodes that Slurm allocated'],
    ['network', '--interface is not for srun: the configuration of Slurm chooses the network'],
    ['remoteShell', '--remote-shell is not for srun, which has its own daemons on the nodes'],
  ] as const)('for Slurm have no %s', (field, message) => {
    expect(() => launcherArguments({ flavor: 'Slurm' }, { ...plan, [field]: abroad[field] })).toThrow(message)
  })
})

describe('interfaceIn', () => {
  const address = (address: string, family: 'IPv4' | 'IPv6', cidr: string) => ({
    ...{ address, family, cidr, netmask: '', mac: '', internal: false },
    ...(family === 'IPv6' ? { family, scopeid: 0 } : { family }),
  })
  const interfaces = {
    lo: [address('127.0.0.1', 'IPv4', '127.0.0.1/8')],
    eth0: [address('192.168.7.2', 'IPv4', '192.168.7.2/24'), address('fd00::2', 'IPv6', 'fd00::2/64')],
  }

  it('finds the interface that has an address in the network', () => {
    expect(interfaceIn('192.168.0.0/16', interfaces)).toBe('eth0')
    expect(interfaceIn('fd00::/64', interfaces)).toBe('eth0')
    expect(interfaceIn('ib0', interfaces)).toBe('ib0')
  })

  it('names those that there are, if none is in the network', () => {
    expect(() => interfaceIn('10.0.0.0/8', interfaces)).toThrow(
      '--interface 10.0.0.0/8: no interface of this machine is in it, only lo 127.0.0.1/8, eth0 192.168.7.2/24, eth0 fd00::2/64',
    )
  })
})

it('forwardedVariables are those of descent and of what it computes with', () => {
  const environment = {
    PATH: '/bin',
    OPENBLAS_CORETYPE: 'Zen',
    DESCENT_BACKEND: 'native',
    NODE_OPTIONS: '',
    UCX_TLS: 'tcp',
  }
  expect(forwardedVariables({ ...environment, MY_DESCENT_TOKEN: 'secret', NODE_OPTIONS_: '' })).toEqual([
    'DESCENT_BACKEND',
    'NODE_OPTIONS',
    'OPENBLAS_CORETYPE',
    'UCX_TLS',
  ])
})

describe('hosts', () => {
  it('are written with their slots, or stand for one process each time they are named', () => {
    expect(hostsKind.read('a:4, b.example.org:2,c,a')).toEqual([
      { name: 'a', slots: 5 },
      { name: 'b.example.org', slots: 2 },
      { name: 'c', slots: 1 },
    ])
    for (const wrong of ['', 'a,,b', 'a:0', 'a:x', '-a', 'a b', 'a:4:4']) expect(hostsKind.read(wrong)).toBeUndefined()
  })

  it('are read from a file as Open MPI and MPICH write it', async () => {
    const path = join(folder, 'hosts')
    writeFileSync(path, '# ours\na slots=4 max_slots=8\r\n\n  b:2   # behind the door\nc\na\n')
    expect(await readHostfile(path)).toEqual([
      { name: 'a', slots: 5 },
      { name: 'b', slots: 2 },
      { name: 'c', slots: 1 },
    ])
  })

  it('in a file that is wrong are an error that names the line', async () => {
    const path = join(folder, 'wrong')
    for (const line of ['b slots=many', 'b cores=4', 'b:0', 'user@b']) {
      writeFileSync(path, `a\n${line}\n`)
      expect(await failure(readHostfile(path))).toBe(
        `DataError: ${path}, line 2: a host must be written as "a:4" or "a slots=4", not ${JSON.stringify(line)}`,
      )
    }
    writeFileSync(path, '# none\n')
    expect(await failure(readHostfile(path))).toBe(`DataError: ${path} must have a host on each line, but it has none`)
    expect(await failure(readHostfile(join(folder, 'missing')))).toBe(
      `DataError: cannot read the hosts in ${join(folder, 'missing')}: ENOENT: no such file or directory, open '${join(folder, 'missing')}'`,
    )
  })
})

describe('nextAttempt', () => {
  const job: EndedJob = {
    code: 137,
    flavor: 'Open MPI 4',
    restarts: 0,
    ranks: 8,
    hosts: undefined,
    oversubscribe: false,
  }
  const limits = { maxRestarts: 3, minRanks: 8 }

  it('starts again after a fault', () => {
    // A killed process, a crash, the exit codes of a communicator, a lost host, and what mpirun makes of a missing program.
    for (const code of [137, 139, 70, 71, 72, 205, 255, 134]) {
      expect(nextAttempt({ ...job, code }, limits)).toEqual({ restart: true, ranks: 8 })
    }
    // Hydra reports the signals SIGKILL and SIGSEGV by their numbers.
    for (const code of [9, 11]) {
      expect(nextAttempt({ ...job, code, flavor: 'Hydra' }, limits)).toEqual({ restart: true, ranks: 8 })
    }
  })

  it('does not start again what is done, or what somebody has stopped', () => {
    for (const code of [0, 129, 130, 140, 141, 143])
      expect(nextAttempt({ ...job, code }, limits)).toEqual({ restart: false })
    expect(nextAttempt({ ...job, code: 15, flavor: 'Hydra' }, limits)).toEqual({ restart: false })
    expect(nextAttempt({ ...job, code: 15 }, limits)).toEqual({ restart: true, ranks: 8 })
    // srun ends the processes that are left after a fault with SIGTERM, and reports the greatest code.
    expect(nextAttempt({ ...job, code: 143, flavor: 'Slurm' }, limits)).toEqual({ restart: true, ranks: 8 })
    expect(nextAttempt({ ...job, code: 140, flavor: 'Slurm' }, limits)).toEqual({ restart: false })
  })

  it('does not start again what would fail again, and says why', () => {
    const reasons = {
      1: 'the program failed by an error of its own, which a restart would repeat',
      2: 'an option of the program is wrong',
      73: 'the launcher and the MPI library do not belong together',
      74: 'the processes differ, in their settings or in what they have computed',
    }
    for (const [code, reason] of Object.entries(reasons)) {
      expect(nextAttempt({ ...job, code: Number(code) }, limits)).toEqual({ restart: false, reason })
      // Nobody asked for restarts, so nobody is told why there is none.
      expect(nextAttempt({ ...job, code: Number(code) }, { ...limits, maxRestarts: 0 })).toEqual({ restart: false })
    }
  })

  it('ends when the restarts are used up', () => {
    expect(nextAttempt({ ...job, restarts: 2 }, limits)).toEqual({ restart: true, ranks: 8 })
    expect(nextAttempt({ ...job, restarts: 3 }, limits)).toEqual({
      restart: false,
      reason: '--max-restarts 3 is reached',
    })
  })

  it('takes the hosts that are left, if they have room for enough processes', () => {
    const hosts = [{ name: 'a', slots: 6 }]
    expect(nextAttempt({ ...job, hosts }, { ...limits, minRanks: 6 })).toEqual({ restart: true, ranks: 6 })
    expect(nextAttempt({ ...job, hosts }, { ...limits, minRanks: 7 })).toEqual({
      restart: false,
      reason: 'the hosts that are left have room for 6 of the 8 processes, fewer than --min-ranks 7',
    })
    expect(nextAttempt({ ...job, hosts, oversubscribe: true }, limits)).toEqual({ restart: true, ranks: 8 })
    for (const oversubscribe of [false, true]) {
      expect(nextAttempt({ ...job, hosts: [], oversubscribe }, { ...limits, minRanks: 1 })).toEqual({
        restart: false,
        reason: 'the hosts that are left have room for 0 of the 8 processes, fewer than --min-ranks 1',
      })
    }
    // More room than processes: a host with spare slots was named.
    expect(nextAttempt({ ...job, hosts: [{ name: 'a', slots: 16 }] }, limits)).toEqual({ restart: true, ranks: 8 })
  })
})
