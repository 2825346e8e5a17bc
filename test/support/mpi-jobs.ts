/** Runs small programs as jobs of several processes, with the MPI launchers of this machine. */
import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { messageOf } from '#src/base/errors'
import { packageFile } from '#src/base/package-folder'
import { childEnvironment } from '#src/distributed/environment'
import { asRoot } from './as-root.js'
import { missing, nativeExpected } from './backends.js'

interface Launcher {
  readonly name: string
  readonly command: string
  /** What the launcher prints with --version. */
  readonly mark: string
  readonly options: readonly string[]
}

const all: readonly Launcher[] = [
  {
    name: 'Open MPI',
    command: 'mpirun.openmpi',
    mark: 'open-mpi.org',
    options: ['--oversubscribe', '--bind-to', 'none', '--mca', 'mpi_yield_when_idle', '1'],
  },
  { name: 'MPICH', command: 'mpiexec.hydra', mark: 'HYDRA', options: [] },
]

/** The launchers to test with. The name of one that is missing says why its tests are skipped. */
export const mpiLaunchers = all.map((launcher) => {
  const why = missing || whyMissing(launcher)
  return { ...launcher, title: `${launcher.name}${why}`, isMissing: why !== '' }
})

/** Whether MPI must be there, so that tests fail instead of being skipped. */
export const mpiExpected = process.env.DESCENT_EXPECT_MPI === '1' && (missing === '' || nativeExpected)

function whyMissing({ command, mark }: Launcher): string {
  try {
    const env = { ...process.env, ...asRoot }
    const text = execFileSync(command, ['--version'], { encoding: 'utf8', env, stdio: ['ignore', 'pipe', 'ignore'] })
    return text.includes(mark) ? '' : ` [not here: ${command} is not that of ${mark}]`
  } catch (error) {
    return ` [not here: ${messageOf(error).split('\n')[0]}]`
  }
}

interface Job {
  /** The exit code of the launcher. It is 'hangs' if the launcher had to be killed. */
  readonly code: number | null | 'hangs'
  readonly stdout: string
  readonly stderr: string
  /** How many processes of the job are left when the launcher has ended. */
  readonly left: number
}

interface JobOptions {
  readonly ranks: number
  readonly env?: Readonly<Record<string, string>>
  /** After how many milliseconds the job counts as hanging. */
  readonly limit?: number
}

/** What each program begins with. The job's processes write their numbers into a folder, so that none is left behind. */
const beginning = `
import { writeFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { childEnvironment, connect } from ${JSON.stringify(new URL('../../dist/bundle/distributed.js', import.meta.url))}
writeFileSync(process.env.TEST_JOB_FOLDER + '/' + process.pid, '')
const launched = Number(process.env.OMPI_COMM_WORLD_RANK ?? process.env.PMI_RANK)
`

/** Runs the program, the text of an ES module after some imports, in the processes that the launcher starts. */
export async function runJob(
  launcher: Launcher,
  program: string,
  { ranks, env, limit = 50_000 }: JobOptions,
): Promise<Job> {
  const folder = mkdtempSync(join(tmpdir(), 'descent-mpi-'))
  const pids = mkdtempSync(join(folder, 'pids-'))
  const path = join(folder, 'rank.mjs')
  writeFileSync(path, `${beginning}${program}`)
  const child = spawn(launcher.command, [...launcher.options, '-n', String(ranks), process.execPath, path], {
    env: { ...childEnvironment(), ...asRoot, NO_COLOR: '1', TEST_JOB_FOLDER: pids, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: packageFile('.'),
  })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text
  })
  let hangs = false
  const timer = setTimeout(() => {
    hangs = true
    child.kill('SIGKILL')
    killAll(pids)
  }, limit)
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve))
  clearTimeout(timer)
  // A launcher may end some moments before the system has ended the last process.
  for (let tries = 0; tries < 20 && living(pids).length > 0; tries++) await delay(100)
  const left = living(pids).length
  killAll(pids)
  rmSync(folder, { recursive: true })
  return { code: hangs ? 'hangs' : code, stdout, stderr, left }
}

function living(folder: string): number[] {
  return readdirSync(folder)
    .map(Number)
    .filter((pid) => {
      try {
        return process.kill(pid, 0)
      } catch {
        return false
      }
    })
}

function killAll(folder: string): void {
  for (const pid of living(folder)) process.kill(pid, 'SIGKILL')
}
