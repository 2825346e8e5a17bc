import { execFile } from 'node:child_process'
import { accessSync, constants, realpathSync } from 'node:fs'
import { delimiter, join, sep } from 'node:path'
import { promisify } from 'node:util'
import { DescentError } from '../../index.js'
import { listed } from '../parsing/option-parsers.js'

/**
 * The families of programs that start MPI processes, by the options that they take. Open MPI 5 replaced its run-time
 * layer by PRRTE, whose options have other names. Hydra is the launcher of MPICH and of the libraries derived from it.
 */
export type Flavor = 'Open MPI 4' | 'Open MPI 5' | 'Hydra' | 'Slurm'

/** A program on this machine that starts MPI processes. */
export interface Launcher {
  readonly path: string
  readonly flavor: Flavor
  /** The name and version of the software that it belongs to, such as "Open MPI 4.1.4". */
  readonly version: string
  /** For Slurm, the name of the plugin through which the processes find each other, unless the user has set it. */
  readonly plugin?: string | undefined
}

/** The usual names of launchers, in the order in which they are tried. */
const names = ['mpirun', 'mpiexec', 'mpirun.openmpi', 'mpiexec.openmpi', 'mpirun.mpich', 'mpiexec.hydra', 'srun']

const run = promisify(execFile)

/** The number of milliseconds after which a launcher that does not say its version is given up. */
const patience = 10_000

/** Tells the flavor of a launcher and its version by what it prints with --version. Undefined if the text is unknown. */
export function recognize(text: string): Omit<Launcher, 'path'> | undefined {
  const [, openMpi] = /\((?:Open MPI|OpenRTE)\) (\d\S*)/.exec(text) ?? []
  if (openMpi)
    return { flavor: Number.parseInt(openMpi, 10) < 5 ? 'Open MPI 4' : 'Open MPI 5', version: `Open MPI ${openMpi}` }
  const [, intel] = /Intel\(R\) MPI Library[^\n]*?Version (\d\S*)/.exec(text) ?? []
  if (intel) return { flavor: 'Hydra', version: `Intel MPI ${intel}` }
  const [, hydra] = /HYDRA build details:\s+Version:\s+(\d\S*)/.exec(text) ?? []
  if (hydra) return { flavor: 'Hydra', version: `MPICH ${hydra}` }
  const [, slurm] = /^slurm(?:-\w+)? (\d\S*)/m.exec(text) ?? []
  return slurm ? { flavor: 'Slurm', version: `Slurm ${slurm}` } : undefined
}

/** Returns the path of a program. A name without a folder is looked up in the folders of the variable PATH. */
function findProgram(name: string): string | undefined {
  const places = name.includes(sep)
    ? [name]
    : (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, name))
  return places.find((path) => {
    try {
      accessSync(path, constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

async function launcherAt(path: string): Promise<Launcher | undefined> {
  const text = await run(path, ['--version'], { timeout: patience }).then(
    ({ stdout, stderr }) => stdout + stderr,
    () => '',
  )
  const known = recognize(text)
  if (known?.flavor === 'Slurm') return { path, ...known, plugin: await findPlugin(path) }
  return known && { path, ...known }
}

/**
 * Returns the plugin of Slurm that MPI libraries need. Slurm's own default is often "none", with which each process would
 * believe that it is alone.
 */
async function findPlugin(srun: string): Promise<string | undefined> {
  if (process.env.SLURM_MPI_TYPE !== undefined) return undefined
  const text = await run(srun, ['--mpi=list'], { timeout: patience }).then(
    ({ stdout, stderr }) => stdout + stderr,
    () => '',
  )
  return ['pmix', 'pmi2'].find((name) => new RegExp(`\\b${name}\\b`).test(text))
}

/** Finds all launchers on this machine. A program that has several names is found once. */
export async function findLaunchers(): Promise<Launcher[]> {
  const paths = names.flatMap((name) => findProgram(name) ?? [])
  const different = paths.filter(
    (path, i) => paths.findIndex((other) => realpathSync(other) === realpathSync(path)) === i,
  )
  const found = await Promise.all(different.map(launcherAt))
  return found.filter((launcher) => launcher !== undefined)
}

/**
 * Finds the launcher to use: the one with the given name or path, or else srun in a job of Slurm, or else the first of
 * the usual names.
 * @throws DescentError if there is no such program, or if it is none of the known launchers
 */
export async function findLauncher(name?: string): Promise<Launcher> {
  if (name !== undefined) {
    const path = findProgram(name)
    if (path === undefined)
      throw new DescentError(`there is no program ${name}: install it, or name another --launcher`)
    const launcher = await launcherAt(path)
    if (launcher) return launcher
    throw new DescentError(
      `${path} must be the launcher of Open MPI, MPICH, Intel MPI or Slurm, but --version of it names none of them`,
    )
  }
  const launchers = await findLaunchers()
  const inSlurm = process.env.SLURM_JOB_ID !== undefined
  const chosen =
    launchers.find(({ flavor }) => inSlurm && flavor === 'Slurm') ?? launchers.find(({ flavor }) => flavor !== 'Slurm')
  if (chosen) return chosen
  throw new DescentError(
    `no launcher of MPI is on this machine (${listed(names)}): install one, as by "apt-get install openmpi-bin", or name it with --launcher`,
  )
}
