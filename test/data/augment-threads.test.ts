import { expect, test } from 'vitest'
import { DescentError } from '#src/base/errors'
import { allocateShared } from '#src/base/memory'
import type { AugmentJob } from '#src/data/augment/augment-job'
import { startThreads } from '#src/data/augment/augment-threads'
import { createEpochs } from '#src/data/augment/epochs'
import { createLocalMaker } from '#src/data/augment/maker'
import { Dataset } from '#src/data/dataset'

const dataset = Dataset.allocate({ rows: 200, width: 4 })
dataset.inputs.fill(7)

function createJob(): AugmentJob {
  const settings = { seed: 0, width: 2, height: 2, shift: 0, rotation: 0, scale: 0, elastic: undefined }
  return { settings, pictures: dataset.inputs as Uint8Array, progress: allocateShared(Int32Array, 2) }
}

/** A worker script that consists of these lines. */
function script(lines: string): URL {
  return new URL(`data:text/javascript,${encodeURIComponent(lines)}`)
}

test.each([
  ['throw new RangeError("out of ink")', 'a worker thread failed to augment pictures: out of ink'],
  ['process.exit(3)', 'a worker thread that augmented pictures ended with exit code 3'],
  ['process.exit(0)', 'a worker thread that augmented pictures ended too early'],
])('an epoch fails with the error of a thread that does %s, and the other threads end', async (line, message) => {
  const job = createJob()
  const oneOfTwo = `import { parentPort, workerData } from 'node:worker_threads'
    parentPort.on('message', () => {
      if (Atomics.add(workerData.progress, 0, 1) === 0) ${line}
      for (;;) Atomics.add(workerData.progress, 1, 1)
    })`
  const { epoch, close } = createEpochs(dataset, job, async () => startThreads(job, 2, script(oneOfTwo)))
  await expect(epoch(1)).rejects.toThrow(new DescentError(message))
  // A thread that is still running keeps counting.
  await new Promise((resolve) => setTimeout(resolve, 200))
  const before = Atomics.load(job.progress, 1)
  await new Promise((resolve) => setTimeout(resolve, 100))
  expect(Atomics.load(job.progress, 1)).toBe(before)
  close()
})

test('an epoch that failed can be requested again, and new threads make it', async () => {
  const job = createJob()
  let started = 0
  const { epoch, close } = createEpochs(dataset, job, async () =>
    started++ === 0 ? startThreads(job, 1, script('throw new Error("once")')) : createLocalMaker(job),
  )
  await expect(epoch(1)).rejects.toThrow('a worker thread failed to augment pictures: once')
  expect((await epoch(1)).inputs).toEqual(dataset.inputs)
  await epoch(2)
  expect(started).toBe(2)
  close()
})

test('the next epoch fails if a thread failed while no epoch was awaited', async () => {
  const job = createJob()
  const onlyOnce = `import { parentPort } from 'node:worker_threads'
    parentPort.once('message', () => {
      parentPort.postMessage('finished')
      parentPort.on('message', () => { throw new Error('tired') })
    })`
  const { epoch, close } = createEpochs(dataset, job, async () => startThreads(job, 1, script(onlyOnce)))
  await epoch(1)
  await new Promise((resolve) => setTimeout(resolve, 100))
  await expect(epoch(2)).rejects.toThrow('a worker thread failed to augment pictures: tired')
  close()
})

test('the event loop runs while the current thread makes pictures', async () => {
  const job = createJob()
  let turns = 0
  let made = false
  const count = (): void => {
    if (made) return
    turns++
    setImmediate(count)
  }
  setImmediate(count)
  await createLocalMaker(job).make({ epoch: 1, result: new Uint8Array(dataset.inputs.length) })
  made = true
  // 200 pictures are four shares.
  expect(turns).toBeGreaterThanOrEqual(3)
})

test('an epoch that is no longer needed is canceled', async () => {
  const job = createJob()
  const made: number[] = []
  const { epoch, close } = createEpochs(dataset, job, async () => ({
    ...createLocalMaker(job),
    inBackground: true,
    async make(task) {
      Atomics.store(job.progress, 0, 0)
      // The second epoch never ends unless it is canceled.
      while (task.epoch === 2 && Atomics.load(job.progress, 0) < dataset.rows) await new Promise(setImmediate)
      made.push(task.epoch)
    },
  }))
  await epoch(1)
  await epoch(5)
  expect(made.slice(0, 3)).toEqual([1, 2, 5])
  const waiting = epoch(2)
  close()
  await expect(waiting).rejects.toThrow('the augmentation is closed')
})
