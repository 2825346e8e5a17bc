import { describe, expect, it } from 'vitest'
import { hostNameOf, processorsOf } from '#src/cli/launch/examine'
import { findLaunchers } from '#src/cli/launch/launcher'
import { problemOf } from '#src/cli/launch/self-test'
import { asRoot } from '../../support/as-root.js'
import { run, runProcess } from '../program.js'
import { forMpi, launchersHere } from './mpi-here.js'

describe('processorsOf', () => {
  it('warns only if the threads of a process must share processors', () => {
    expect(processorsOf(2, 64, 2)).toEqual({
      name: 'processors',
      text: '2 of 64 may be used, for 2 threads in each process',
    })
    expect(processorsOf(1, 64, 2)).toEqual({
      name: 'processors',
      text: '1 of 64 may be used, for 2 threads in each process',
      warning: 'the threads of a process must share processors: give it more, or use fewer --threads',
    })
  })
})

describe('hostNameOf', () => {
  it('warns of a name that other hosts could not use', () => {
    const text = 'a, which is 127.0.1.1'
    const warning =
      'the name a stands for this machine only, so other hosts could not find it: if the training uses several hosts, give the name its true address in /etc/hosts, or use --interface'
    expect(hostNameOf('a', ['127.0.1.1'])).toEqual({ name: 'host name', text, warning })
    expect(hostNameOf('a', [])).toEqual({
      name: 'host name',
      text: 'a',
      warning: 'the name a has no address: add one to /etc/hosts if the training uses several hosts',
    })
    expect(hostNameOf('a', ['10.0.0.7', '::1'])).toEqual({ name: 'host name', text: 'a, which is 10.0.0.7, ::1' })
  })
})

describe('problemOf', () => {
  const facts = (rank: number, changes = {}) => ({
    ...{ rank, size: 2, host: 'a', library: 'Open MPI v4.1.4', file: '', processors: 2, sum: 3, ...changes },
  })

  it('finds nothing wrong with two processes that have the sum', () => {
    expect(problemOf([facts(0), facts(1)], 0, 'a warning of the launcher')).toBeUndefined()
  })

  it('says what is wrong, and what the launcher said', () => {
    expect(problemOf([], 213, '-----\nno root\n\nplease\n')).toBe(
      'the two processes ended with code 213:\n  no root\n  please',
    )
    expect(problemOf([facts(0)], undefined, '')).toBe('the two processes did not end within 60 s')
    expect(problemOf([facts(0)], 0, '')).toBe('1 of the two processes reported a result')
    expect(problemOf([facts(0, { size: 1 }), facts(0, { size: 1 })], 0, '')).toBe(
      'each process is alone: the launcher and the MPI library do not belong together, or Slurm lacks a plugin for it',
    )
    expect(problemOf([facts(0), facts(1, { sum: 2 })], 0, '')).toBe('the sum of 1 and 2 is 2 in rank 1')
  })
})

describe('descent-nn doctor', () => {
  it('says so if there is no launcher', async () => {
    const { code, stdout, stderr } = await run(['doctor'], { env: { PATH: '/nowhere' } })
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' })
    expect(stdout).toMatch(/^launchers +none$/m)
    expect(stdout).toMatch(/^problem: no launcher of MPI is on this machine \(mpirun, /m)
  })

  it.runIf(launchersHere.length > 0)(`lets two processes add numbers${forMpi}`, async () => {
    const launchers = await findLaunchers()
    for (const { flavor, path, version } of launchers) {
      if (flavor === 'Slurm') continue
      const { code, stdout, stderr } = await runProcess(['doctor', '--json', '--launcher', path], { env: asRoot })
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      const findings: { name: string; text: string }[] = JSON.parse(stdout)
      const texts = Object.fromEntries(findings.map(({ name, text }) => [name, text]))
      expect(texts['self-test']).toMatch(/: added numbers, right, in \d+\.\d s$/)
      expect(texts['self-test'].startsWith(`two processes of ${version} (${path})`)).toBe(true)
      expect(texts['MPI library'].replace(' v', ' ').startsWith(version)).toBe(true)
    }
  })
})
