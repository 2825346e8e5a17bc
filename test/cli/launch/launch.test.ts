import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { packageFile } from '#src/base/package-folder'
import { temporaryFolder } from '../../support/files.js'
import { ended, run, runProcess, start } from '../program.js'

const folder = temporaryFolder()

function writeScript(path: string, lines: readonly string[]): string {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, `#!/bin/sh\n${lines.join('\n')}\n`)
  chmodSync(path, 0o755)
  return path
}

/**
 * Writes a program that says that it is mpirun. When it is started, it appends its arguments and the number of restarts as
 * one line to the file `started`, and then runs the `work` of this start, the first, the second and so on.
 */
function fakeLauncher(
  name: string,
  works: readonly string[],
): { readonly path: string; readonly started: () => string[] } {
  const path = join(folder, name, 'mpirun')
  const started = join(folder, name, 'started')
  writeScript(path, [
    'if [ "$1" = --version ]; then echo "mpirun (Open MPI) 4.1.4"; exit; fi',
    `echo "$DESCENT_RESTART_COUNT: $*" >> ${started}`,
    `case $(wc -l < ${started} | tr -d " ") in`,
    ...works.map((work, i) => `${i + 1}) ${work};;`),
    'esac',
  ])
  return { path, started: () => readFileSync(started, 'utf8').trimEnd().split('\n') }
}

const main = packageFile('dist/bundle/cli/main.js')
const settings = (names: string) =>
  `--bind-to none --mca mpi_yield_when_idle 1 --mca oob_tcp_keepalive_time 30 --mca oob_tcp_keepalive_intvl 5 --mca oob_tcp_keepalive_probes 3 ${names}`
const exported = (names: readonly string[]): string => {
  const all = [
    'DESCENT_RESTART_COUNT',
    ...names,
    ...Object.keys(process.env).filter((name) => /^(OPENBLAS|UCX)_/.test(name)),
  ]
  return [...all, 'NODE_OPTIONS']
    .sort()
    .map((name) => `-x ${name}`)
    .join(' ')
}

describe.concurrent('descent-nn launch', () => {
  it('starts each process with Node, and ends with the exit code of the job', async () => {
    const { path, started } = fakeLauncher('once', ['exit 3'])
    const env = { DESCENT_BACKEND: 'typescript' }
    const args = ['launch', '-n', '4', '--launcher', path, '--', 'train', '--epochs', '3', '-o', 'a b']
    expect(await runProcess(args, { env })).toEqual({ code: 3, stdout: '', stderr: '' })
    expect(started()).toEqual([
      `0: -n 4 ${settings(exported(['DESCENT_BACKEND']))} ${process.execPath} ${main} train --epochs 3 -o a b`,
    ])
  })

  it('starts a job again after a fault, which then continues from its checkpoint', async () => {
    const { path, started } = fakeLauncher('again', ['kill -9 $$', 'exit 72', 'exit 0'])
    const args = ['launch', '-n', '2', '--max-restarts', '3', '--launcher', path, '--', 'train', '--checkpoint', 'run']
    expect(await runProcess(args)).toEqual({
      code: 0,
      stdout: '',
      stderr:
        'descent launch: the job ended with code 137: restart 1 of 3, with 2 processes\n' +
        'descent launch: the job ended with code 72: restart 2 of 3, with 2 processes\n',
    })
    const command = `${settings(exported([]))} ${process.execPath} ${main} train --checkpoint run`
    expect(started()).toEqual([`0: -n 2 ${command}`, `1: -n 2 ${command} --resume`, `2: -n 2 ${command} --resume`])
  })

  it('leaves the arguments of a script as they are', async () => {
    const { path, started } = fakeLauncher('script', ['exit 137', 'exit 0'])
    const args = ['launch', '-n', '2', '--max-restarts', '1', '--launcher', path, '--', 'node', 'x.mjs', '--', '-v']
    expect(await runProcess(args)).toMatchObject({ code: 0 })
    expect(started().map((line) => line.split(process.execPath)[1])).toEqual([' x.mjs -- -v', ' x.mjs -- -v'])
  })

  it('gives up when the restarts are used up, or when a restart would fail too', async () => {
    const tired = fakeLauncher('tired', ['exit 137', 'exit 139'])
    const command = ['--', 'train', '--checkpoint', 'run']
    const args = (path: string) => ['launch', '-n', '2', '--max-restarts', '1', '--launcher', path, ...command]
    expect(await runProcess(args(tired.path))).toEqual({
      code: 139,
      stdout: '',
      stderr:
        'descent launch: the job ended with code 137: restart 1 of 1, with 2 processes\n' +
        'descent launch: the job ended with code 139: --max-restarts 1 is reached\n',
    })
    const differing = fakeLauncher('differing', ['exit 74'])
    expect(await runProcess(args(differing.path))).toEqual({
      code: 74,
      stdout: '',
      stderr:
        'descent launch: the job ended with code 74: the processes differ, in their settings or in what they have computed\n',
    })
    expect(differing.started()).toHaveLength(1)
  })

  it('leaves out hosts that cannot be reached, while enough processes have room', async () => {
    const shell = writeScript(join(folder, 'shell'), ['[ "$1" != b ]'])
    const works = ['exit 205', 'exit 0']
    const { path, started } = fakeLauncher('hosts', works)
    const args = (path: string, minRanks: string) => [
      ...['launch', '--hosts', 'a:4,b:4,c', '--max-restarts', '2', '--min-ranks', minRanks, '--remote-shell', shell],
      ...['--launcher', path, '--', 'train', '--checkpoint', 'run'],
    ]
    expect(await runProcess(args(path, '5'))).toEqual({
      code: 0,
      stdout: '',
      stderr:
        'descent launch: b cannot be reached, and is left out\n' +
        'descent launch: the job ended with code 205: restart 1 of 2, with 5 processes\n',
    })
    expect(started().map((line) => line.split(' --bind-to')[0])).toEqual([
      '0: -n 9 --host a:4,b:4,c:1',
      '1: -n 5 --host a:4,c:1',
    ])
    expect(await runProcess(args(fakeLauncher('few-hosts', works).path, '6'))).toEqual({
      code: 205,
      stdout: '',
      stderr:
        'descent launch: the job ended with code 205: the hosts that are left have room for 5 of the 9 processes, fewer than --min-ranks 6\n',
    })
  })

  /** Waits until the file is there, which a job writes when it is ready for a signal. */
  async function until(file: string): Promise<void> {
    while (!existsSync(file)) await delay(5)
  }

  it('passes SIGTERM on as SIGUSR2, waits, and does not start again', async () => {
    const ready = join(folder, 'ready-1')
    const { path, started } = fakeLauncher('stopped', [
      `trap 'sleep 0.3; echo saved; exit 140' USR2; touch ${ready}; while :; do sleep 0.05; done`,
    ])
    const command = ['--', 'train', '--checkpoint', 'run']
    const child = start(['launch', '-n', '2', '--max-restarts', '3', '--launcher', path, ...command])
    await until(ready)
    child.kill('SIGTERM')
    expect(await ended(child)).toEqual({ code: 143, stdout: 'saved\n', stderr: '' })
    expect(started()).toHaveLength(1)
  })

  // Elsewhere there is no /proc, so only the process group of the launcher is killed.
  const onLinux = it.runIf(process.platform === 'linux')

  /** A job that ignores SIGUSR2 and leaves behind a process in a session of its own, as Hydra does. */
  const stubborn = (name: string) => {
    const [ready, pid] = ['ready', 'pid'].map((file) => join(folder, `${name}-${file}`))
    const left = `setsid sh -c 'echo $$ > ${pid}; touch ${ready}; while :; do sleep 0.05; done' &`
    const { path } = fakeLauncher(name, [`trap : USR2; ${left} while :; do sleep 0.05; done`])
    return { path, ready, pid: () => Number(readFileSync(pid, 'utf8')) }
  }
  /** Whether a process runs. One that has ended, but that nobody has waited for, is a zombie, which does not count. */
  const isRunning = (pid: number): boolean =>
    existsSync(`/proc/${pid}/stat`) && !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))

  onLinux('kills a job that does not stop in time, with all that it started', async () => {
    const { path, ready, pid } = stubborn('late')
    const child = start(['launch', '-n', '2', '--grace', '0.2', '--launcher', path, '--', 'node', 'x.mjs'])
    await until(ready)
    child.kill('SIGINT')
    expect(await ended(child)).toEqual({
      code: 137,
      stdout: '',
      stderr: 'descent launch: the processes have not stopped within 0.2 s (--grace): they are killed\n',
    })
    expect(isRunning(pid())).toBe(false)
  })

  onLinux('kills a job at the second signal', async () => {
    const { path, ready, pid } = stubborn('twice')
    const child = start(['launch', '-n', '2', '--grace', '1000', '--launcher', path, '--', 'node', 'x.mjs'])
    await until(ready)
    child.kill('SIGINT')
    await delay(100)
    child.kill('SIGINT')
    expect(await ended(child)).toEqual({ code: 137, stdout: '', stderr: '' })
    expect(isRunning(pid())).toBe(false)
  })

  onLinux('kills a launcher that survives all its processes', async () => {
    const rank = `${process.execPath} -e "setTimeout(() => {}, 600)"`
    const { path } = fakeLauncher('survivor', [`${rank}; while :; do sleep 0.05; done`, 'exit 0'])
    const args = [
      'launch',
      '-n',
      '1',
      '--grace',
      '0.4',
      '--max-restarts',
      '1',
      '--launcher',
      path,
      '--',
      'node',
      'x.mjs',
    ]
    expect(await runProcess(args)).toEqual({
      code: 0,
      stdout: '',
      stderr:
        'descent launch: all processes on this machine have ended, but the launcher has not for 0.4 s: it is killed\n' +
        'descent launch: the job ended with code 137: restart 1 of 1, with 1 process\n',
    })
  })

  const { path } = fakeLauncher('wrong-usage', [])
  const hostfile = join(folder, 'hosts.txt')
  writeFileSync(hostfile, 'a slots=2\nb slots=2\n')
  it.each<[string[], string, number]>([
    [['--', 'train'], 'launch needs the number of processes: -n N', 2],
    [
      ['-n', '5', '--hostfile', hostfile, '--', 'train'],
      '-n 5 is more than the hosts have room for, 4: --oversubscribe allows it',
      2,
    ],
    [['-n', '2', '--min-ranks', '3', '--', 'train'], '--min-ranks 3 is more than -n 2', 2],
    [
      ['-n', '2', '--hosts', 'a:2', '--hostfile', hostfile, '--', 'train'],
      '--hosts and --hostfile exclude each other: the hosts come from one place',
      2,
    ],
    [['-n', '2', '--', 'evaluate', 'm'], 'launch starts "train ..." or "node SCRIPT ...", not "evaluate"', 2],
    [['-n', '2', '--', 'node'], 'node needs a script: -- node train.mjs', 2],
    [
      ['-n', '2', '--', 'train', '--epohcs', '3'],
      "unknown option '--epohcs'\n(Did you mean --epochs?)\n(see descent-nn train --help)",
      2,
    ],
    [
      ['-n', '2', '--max-restarts', '1', '--', 'train'],
      '--max-restarts needs checkpoints, because a restart would begin at the first epoch: add --checkpoint FOLDER to the command train',
      2,
    ],
    [
      ['-n', '2', '--launcher', 'no-such-mpirun', '--', 'train'],
      'there is no program no-such-mpirun: install it, or name another --launcher',
      1,
    ],
    [
      ['-n', '2', '--launcher', '/bin/cat', '--', 'train'],
      '/bin/cat must be the launcher of Open MPI, MPICH, Intel MPI or Slurm, but --version of it names none of them',
      1,
    ],
  ])('refuses %j', async (args, message, code) => {
    expect(await run(['launch', ...args], { env: { PATH: dirname(path) } })).toEqual({
      code,
      stdout: '',
      stderr: `descent: ${message}\n`,
    })
  })

  it('says so if there is no launcher', async () => {
    expect(await run(['launch', '-n', '2', '--', 'train'], { env: { PATH: folder } })).toEqual({
      code: 1,
      stdout: '',
      stderr:
        'descent: no launcher of MPI is on this machine (mpirun, mpiexec, mpirun.openmpi, mpiexec.openmpi, mpirun.mpich, mpiexec.hydra or srun): install one, as by "apt-get install openmpi-bin", or name it with --launcher\n',
    })
  })
})
