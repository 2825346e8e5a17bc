/** The exit codes of a job whose ranks cannot go on together. native/mpi/thread.h has 70 (a rank did not connect), 71 and 72. */

/** The launcher and the MPI library do not belong together, or no MPI library can be loaded. */
export const launcherMismatch = 73
/** The ranks have different versions, options, data or parameters. */
export const ranksDiffer = 74
