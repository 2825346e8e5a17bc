import { checkInteger } from '../base/checks.js'
import type { Communicator } from '../base/communicator.js'
import { checkReducible, checkReduction, checkView } from './arguments.js'

/** Creates the communicator of a process that is alone. It checks its arguments as that of MPI does. */
export function createLocalCommunicator(): Communicator {
  return {
    rank: 0,
    size: 1,
    engine: 'local',
    library: '',
    async allreduce(array, reduction = 'sum') {
      checkReducible({ array })
      checkReduction({ reduction })
    },
    async broadcast(array, root = 0) {
      checkView({ array })
      checkInteger({ root }, 0, 0)
    },
    async barrier() {},
    async split(color) {
      checkInteger({ color }, 0, 2 ** 31 - 1)
      return createLocalCommunicator()
    },
    async agree() {},
    sumNow() {},
    async close() {},
    abort: (code = 1) => process.exit(code),
    addonObject: undefined,
  }
}
