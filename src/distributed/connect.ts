import type { AddonCommunicator, Communicator } from '../backend/communicator.js'
import { backends } from '../backend/select.js'
import { builtin } from '../base/builtin.js'
import { checkInteger, checkKeys } from '../base/checks.js'
import { CommunicatorError, messageOf, optionError } from '../base/errors.js'
import { packageFile } from '../base/package-folder.js'
import { type LaunchedProcess, launchedProcess } from './environment.js'
import { launcherMismatch } from './exit-codes.js'
import { createLocalCommunicator } from './local.js'
import { createMpiCommunicator } from './mpi.js'
import { sayInTurn } from './say-in-turn.js'

/** How a process connects with the other processes of its job. */
export interface ConnectOptions {
  /**
   * What the processes communicate by. With 'auto', the default, that is MPI if a launcher such as `mpirun` or `srun` has
   * started more than one process. Otherwise it is 'local': the process stays alone, and no MPI library is loaded.
   */
  readonly engine?: 'auto' | 'mpi' | 'local' | undefined
  /**
   * The name or path of the MPI library. Default: the environment variable DESCENT_MPI_LIBRARY, or else the first library
   * that is found under the usual names.
   */
  readonly library?: string | undefined
  /**
   * How many milliseconds a process may wait for the others in one call. Then the job ends with exit code 72. It must be
   * longer than any rank needs between two calls. Default: 600000, ten minutes.
   */
  readonly timeoutMs?: number | undefined
  /**
   * How many milliseconds a process may wait in `connect`, until all processes of the job have called it. Then the job
   * ends with exit code 70. Default: 120000, two minutes.
   */
  readonly connectTimeoutMs?: number | undefined
}

/** The greatest number of elements that one call of MPI gets. MPI counts with 32 bits. */
const piece = 2 ** 30

/**
 * Connects this process with the other processes that `mpirun`, `srun` or another launcher of MPI has started.
 * Without a launcher, the communicator has the size 1. Call it once, before a long computation, and call `close` at the
 * end.
 *
 * From then on the processes end together. If one ends without `close`, throws, hangs, or is killed, the whole job ends
 * with an exit code that is not 0: 70 if a rank does not connect in time, 71 if a rank has ended without `close`, 72 if
 * a rank has waited too long for the others, 73 if launcher and MPI library do not fit each other, and 74 if the ranks
 * have different versions, options or data.
 *
 * @throws OptionError if an option is wrong; CommunicatorError if `connect` has been called before, or MPI cannot be
 * used in a process that is alone
 * @example
 * ```js
 * import { connect } from 'descent-nn/distributed'
 *
 * const communicator = await connect()
 * const ranks = new Float64Array([1])
 * await communicator.allreduce(ranks)
 * if (communicator.rank === 0) console.log(`${ranks[0]} of ${communicator.size} ranks are here`)
 * await communicator.close()
 * ```
 */
export async function connect(options: ConnectOptions = {}): Promise<Communicator> {
  checkKeys('connect', options, ['engine', 'library', 'timeoutMs', 'connectTimeoutMs'])
  const { engine = 'auto', timeoutMs = 600_000, connectTimeoutMs = 120_000 } = options
  if (!['auto', 'mpi', 'local'].includes(engine)) throw optionError({ engine }, "'auto', 'mpi' or 'local'")
  const { library = process.env.DESCENT_MPI_LIBRARY ?? '' } = options
  if (typeof library !== 'string') throw optionError({ library }, 'a name or path')
  checkInteger({ timeoutMs }, 1, 2 ** 31 - 1)
  checkInteger({ connectTimeoutMs }, 1, 2 ** 31 - 1)
  const launched = launchedProcess(process.env)
  if (engine === 'local' || (engine === 'auto' && (launched === undefined || launched.size === 1))) {
    return createLocalCommunicator()
  }

  const loaded = backends.addon()
  if (!('addon' in loaded)) return refuse(launched, `MPI needs the native addon, but ${loaded.reason}`)
  const { rank, size } = launched ?? { rank: 0, size: 1 }
  let native: AddonCommunicator
  try {
    const start = { library, rank, size, timeout: timeoutMs, connectTimeout: connectTimeoutMs, piece }
    native = new loaded.addon.Communicator(start)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'DESCENT_MPI_LIBRARY')
      return refuse(launched, messageOf(error), error)
    throw new CommunicatorError(messageOf(error), { cause: error })
  }
  process.on('exit', (code) => native.leaving(code))
  if (launched && native.size !== size) {
    const sizes = `${launched.launcher} has started ${size} processes, but for the MPI library there are ${native.size}`
    const advice =
      launched.launcher === 'srun'
        ? 'MPICH and its relatives need srun --mpi=pmi2, and srun --mpi=list prints what this Slurm has'
        : 'they do not belong together; set DESCENT_MPI_LIBRARY to the library of the launcher'
    const message = `${sizes}: ${advice} (${firstLine(native.library)}; exit code ${launcherMismatch})`
    // For the library each process is a job of its own, so ending one does not end the others.
    await sayInTurn(rank, launched.isFirstOfHost ? message : undefined)
    native.abort(launcherMismatch)
  }
  const communicator = createMpiCommunicator(native)
  // The ranks must compute alike, because each one updates its own copy of the parameters.
  const { core, vectors } = loaded.addon.describe()
  await communicator.agree({
    'the version': packageVersion(),
    'the addon with the kernels': loaded.addon.tableSignature(),
    'vector instructions (see DESCENT_VECTORS):': vectors,
    'kernels of OpenBLAS (see OPENBLAS_CORETYPE):': core,
  })
  return communicator
}

/**
 * Ends the process, and with it the job, because it cannot connect with the others. A process that is alone gets an
 * error instead.
 */
async function refuse(launched: LaunchedProcess | undefined, reason: string, cause?: unknown): Promise<never> {
  if (!launched || launched.size === 1) throw new CommunicatorError(reason, { cause })
  const place = `rank ${launched.rank} of ${launched.size} cannot connect with the others`
  // All processes of a host have the same libraries. Some launchers do not end the others when one of them ends.
  const message = launched.isFirstOfHost ? `${place}: ${reason} (exit code ${launcherMismatch})` : undefined
  await sayInTurn(launched.rank, message)
  process.exit(launcherMismatch)
}

function packageVersion(): string {
  const text = builtin('node:fs').readFileSync(packageFile('package.json'), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}

function firstLine(text: string): string {
  return text.split('\n')[0].slice(0, 60)
}
