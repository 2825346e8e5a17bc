import { parentPort, workerData } from 'node:worker_threads'
import { engineOf, Network } from '../network/network.js'
import type { PoolData, Task } from './task.js'

const { shared, backend } = workerData as PoolData
const engine = engineOf(Network.fromShared(shared, { backend }))

parentPort?.on('message', ({ inputs, scale, size, outputs, classes }: Task) => {
  const job = {
    task: classes ? 'classify' : 'predict',
    rows: Math.min(engine.chunkRows, size),
    source: { inputs, outputs, classes },
    size,
    scalars: { inputScale: scale },
  } as const
  engine.ready(job).run()
  parentPort?.postMessage('finished')
})
