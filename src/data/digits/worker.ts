import { workerData } from 'node:worker_threads'
import { type Job, work } from './job.js'

work(workerData as Job)
