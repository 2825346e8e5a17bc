import { parentPort, workerData } from 'node:worker_threads'
import { createWork, type Job, type Task } from './augment-job.js'

const work = createWork(workerData as Job)

parentPort?.on('message', (task: Task) => {
  for (const _ of work(task));
  parentPort?.postMessage('finished')
})
