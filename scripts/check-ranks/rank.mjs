/** A process of a job, of which rank 1 does something wrong. The first argument names it. */
import { setTimeout as delay } from 'node:timers/promises'
import { connect } from '../../dist/distributed.js'

const [, , fault = 'nothing'] = process.argv
const isVictim = (process.env.SLURM_PROCID ?? process.env.OMPI_COMM_WORLD_RANK) === '1'
const kill = (/** @type {NodeJS.Signals} */ signal) => process.kill(process.pid, signal)

/** @type {Record<string, () => unknown>} */
const beforeConnecting = {
  'ends before it connects': () => process.exit(0),
  'never connects': () => delay(60_000),
}
if (isVictim) await beforeConnecting[fault]?.()

const communicator = await connect({ timeoutMs: 3000, connectTimeoutMs: 5000 })

/** @type {Record<string, () => unknown>} */
const whileSumming = {
  throws() {
    throw new Error('a fault of rank 1')
  },
  'ends with process.exit(0)': () => process.exit(0),
  'is killed by SIGKILL': () => kill('SIGKILL'),
  'is killed by SIGSEGV': () => kill('SIGSEGV'),
  'leaves the loop early, and closes': () => communicator.close().then(() => process.exit(0)),
  'runs an endless loop'() {
    for (;;);
  },
  'is stopped by SIGSTOP': () => kill('SIGSTOP'),
}
for (let i = 0; i < 20; i++) {
  if (isVictim && i === 10) await whileSumming[fault]?.()
  await communicator.allreduce(new Float32Array(10_000).fill(1))
}
await communicator.close()
console.log('complete')
