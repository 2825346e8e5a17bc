import type { AddonCommunicator, Communicator } from '../backend/communicator.js'
import { checkInteger } from '../base/checks.js'
import { CommunicatorError, messageOf } from '../base/errors.js'
import type { NumberArray } from '../base/memory.js'
import { findDifference } from './agree.js'
import { checkReduceOp, checkReducible, checkView } from './arguments.js'
import { ranksDiffer } from './exit-codes.js'
import { sayInTurn } from './say-in-turn.js'

/** Creates the communicator of a process that MPI connects with others. */
export function createMpiCommunicator(native: AddonCommunicator): Communicator {
  let isClosed = false

  async function call<T>(work: () => Promise<T>): Promise<T> {
    if (isClosed) throw new CommunicatorError('the communicator is closed')
    try {
      return await work()
    } catch (error) {
      throw new CommunicatorError(messageOf(error), { cause: error })
    }
  }

  const communicator: Communicator = {
    rank: native.rank,
    size: native.size,
    engine: 'mpi',
    library: native.library,
    ranks: native,
    async allreduce(values, op = 'sum') {
      checkReducible({ values })
      checkReduceOp({ op })
      await call(() => withOwnMemory(values, (own) => native.allreduce(own, op)))
    },
    async broadcast(values, root = 0) {
      checkView({ values })
      checkInteger({ root }, 0, native.size - 1)
      const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
      await call(() => withOwnMemory(bytes, (own) => native.broadcast(own, root)))
    },
    barrier: () => call(() => native.barrier()),
    async split(color, key = native.rank) {
      checkInteger({ color }, 0, 2 ** 31 - 1)
      checkInteger({ key }, -(2 ** 31), 2 ** 31 - 1)
      return createMpiCommunicator(await call(() => native.split(color, key)))
    },
    async agree(facts) {
      const problem = await findDifference(communicator, facts)
      if (problem === undefined) return
      await sayInTurn(native.rank, `all ranks must have the same facts, but ${problem} (exit code ${ranksDiffer})`)
      native.abort(ranksDiffer)
    },
    async close() {
      if (isClosed) return
      await call(() => native.close())
      isClosed = true
    },
    abort: (code = 1) => native.abort(code),
  }
  return communicator
}

/**
 * Lets `work` use the array, or a copy of it in shared memory whose numbers are put back into the array at the end. A
 * caller could detach memory that is not shared while another thread uses it.
 */
async function withOwnMemory<A extends NumberArray>(array: A, work: (own: A) => Promise<void>): Promise<void> {
  if (array.buffer instanceof SharedArrayBuffer) return work(array)
  const Type = array.constructor as new (buffer: SharedArrayBuffer) => A
  const own = new Type(new SharedArrayBuffer(array.byteLength))
  own.set(array)
  await work(own)
  if (array.length !== own.length) {
    throw new CommunicatorError('the array was transferred or resized before the call of the communicator had ended')
  }
  array.set(own)
}
