/** Reads what the launcher of a job tells its processes in environment variables. */

/** What a launcher, such as mpirun or srun, states about this process. */
export interface LaunchedProcess {
  readonly launcher: string
  readonly rank: number
  readonly size: number
  /** Whether no other process of the job on the same host has a lower rank. */
  readonly isFirstOfHost: boolean
}

type Environment = Readonly<Record<string, string | undefined>>

/**
 * The launchers, with the variables in which they state the rank and the number of ranks. The first one whose variables
 * are set counts. Open MPI's mpirun comes first, because a job of Slurm may start it, and Slurm's own variables last.
 * SLURM_NTASKS is not used, because a batch script has it too, where nothing has been launched yet.
 */
const launchers = [
  {
    launcher: 'mpirun of Open MPI',
    rank: 'OMPI_COMM_WORLD_RANK',
    size: 'OMPI_COMM_WORLD_SIZE',
    localRank: 'OMPI_COMM_WORLD_LOCAL_RANK',
  },
  {
    launcher: 'a launcher with PMI (such as mpiexec of MPICH)',
    rank: 'PMI_RANK',
    size: 'PMI_SIZE',
    localRank: 'MPI_LOCALRANKID',
  },
  { launcher: 'srun', rank: 'SLURM_PROCID', size: 'SLURM_STEP_NUM_TASKS', localRank: 'SLURM_LOCALID' },
]

/** Returns what the launcher says about this process. Returns undefined if no launcher has started it. */
export function launchedProcess(environment: Environment): LaunchedProcess | undefined {
  for (const { launcher, ...names } of launchers) {
    const rank = wholeNumber(environment[names.rank])
    const size = wholeNumber(environment[names.size])
    if (rank === undefined || size === undefined || rank >= size) continue
    return { launcher, rank, size, isFirstOfHost: (wholeNumber(environment[names.localRank]) ?? 0) === 0 }
  }
  return undefined
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined
}

/**
 * Returns the environment for a child process of a rank: a copy without the variables of launchers. With them, a child
 * that uses MPI or descent would take itself for the rank, and disturb the job.
 *
 * @param environment the environment to copy; default: that of this process
 * @example
 * ```js
 * import { spawn } from 'node:child_process'
 * import { childEnvironment } from 'descent-nn/distributed'
 *
 * spawn('node', ['report.mjs'], { env: childEnvironment() })
 * ```
 */
export function childEnvironment(environment: Environment = process.env): Record<string, string> {
  const kept: Record<string, string> = {}
  for (const [name, value] of Object.entries(environment)) {
    if (value !== undefined && !/^(OMPI|PMI|PMIX|SLURM|HYDI|HYDRA|PRTE|ORTE)_|^MPI_LOCAL/.test(name)) kept[name] = value
  }
  return kept
}
