import { parentPort, workerData } from 'node:worker_threads'
import { type AugmentJob, createWork, type Task } from './augment-job.js'

const work = createWork(workerData as AugmentJob)

parentPort?.on('message', (task: Task) => {
  for (const _ of work(task));
  parentPort?.postMessage('finished')
})
