import type { Communicator } from '../backend/communicator.js'
import { checkInteger } from '../base/checks.js'
import { checkReduceOp, checkReducible, checkView } from './arguments.js'

/** Creates the communicator of a process that is alone. It checks its arguments as that of MPI does. */
export function createLocalCommunicator(): Communicator {
  return {
    rank: 0,
    size: 1,
    engine: 'local',
    library: '',
    ranks: undefined,
    async allreduce(values, op = 'sum') {
      checkReducible({ values })
      checkReduceOp({ op })
    },
    async broadcast(values, root = 0) {
      checkView({ values })
      checkInteger({ root }, 0, 0)
    },
    async barrier() {},
    async split(color) {
      checkInteger({ color }, 0, 2 ** 31 - 1)
      return createLocalCommunicator()
    },
    async agree() {},
    async close() {},
    abort: (code = 1) => process.exit(code),
  }
}
