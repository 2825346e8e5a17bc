/**
 * descent-nn/distributed: connects the processes that mpirun, srun or another launcher of MPI starts. Nothing native is
 * loaded before `connect` is called.
 */

export type { Communicator, Facts, ReduceOp } from './backend/communicator.js'
export { type ConnectOptions, connect } from './distributed/connect.js'
export { childEnvironment, type LaunchedProcess, launchedProcess } from './distributed/environment.js'
