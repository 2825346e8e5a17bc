import { findLaunchers, type Launcher } from '#src/cli/launch/launcher'
import { addon } from '../../support/backends.js'

/** The launchers of MPI with which tests can start processes. Slurm needs daemons, so srun is not one of them. */
export const launchersHere: readonly Launcher[] =
  'addon' in addon ? (await findLaunchers()).filter(({ flavor }) => flavor !== 'Slurm') : []

/** The reason for the titles of tests that are skipped. */
export const forMpi =
  launchersHere.length > 0
    ? ''
    : ` [not here: ${'addon' in addon ? 'no mpirun is installed' : 'the addon is not built'}]`
