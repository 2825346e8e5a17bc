import { once } from 'node:events'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { expect, it } from 'vitest'
import { Dataset, Network } from '#src/index'
import { failure, temporaryFolder } from '../support/files.js'

const folder = temporaryFolder()
const library = new URL('../../dist/bundle/index.js', import.meta.url).href

it('a folder of checkpoints is not shared by two threads of a process, until one of them has ended', async () => {
  const place = join(folder, 'threads')
  const program = `
    const { parentPort } = require('node:worker_threads')
    import(${JSON.stringify(library)}).then(async ({ Dataset, Network }) => {
      const data = new Dataset({ inputs: [[0], [1]], labels: [0, 1] })
      const network = new Network([1, 2], { seed: 1, backend: 'typescript' })
      const checkpoint = { folder: ${JSON.stringify(place)}, resume: true }
      const run = network.train(data, { epochs: 3, batchSize: 2, checkpoint })
      parentPort.postMessage(await run.next().then(() => 'began', String))
      // The run does not go on, and the thread stays.
      setInterval(() => run, 1000)
    })`
  const begin = async () => {
    const worker = new Worker(program, { eval: true })
    return { worker, answer: (await once(worker, 'message'))[0] }
  }
  const first = await begin()
  const second = await begin()
  const message = `ModelError: ${place} is in use by another run, in another thread of this process: use another folder for this run; if that run has ended, remove ${join(place, 'run.lock')}`
  expect([first.answer, second.answer]).toEqual(['began', message])
  const data = new Dataset({ inputs: [[0], [1]], labels: [0, 1] })
  const mine = new Network([1, 2], { seed: 1, backend: 'typescript' }).train(data, {
    epochs: 3,
    batchSize: 2,
    checkpoint: { folder: place, resume: true },
  })
  expect(await failure(mine.next())).toBe(message)
  await Promise.all([first.worker.terminate(), second.worker.terminate()])
  // Only Linux tells whether a thread has ended.
  if (process.platform === 'linux') {
    const third = await begin()
    expect(third.answer).toBe('began')
    await third.worker.terminate()
  }
})
