import { workerData } from 'node:worker_threads'
import type { DigitsJob } from './digits-job.js'
import { work } from './work.js'

for (const _ of work(workerData as DigitsJob));
