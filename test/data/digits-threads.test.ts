import { getEventListeners } from 'node:events'
import { afterEach, expect, test } from 'vitest'
import { allocateDigits, digits } from '#src/data/digits'
import { runOnThreads } from '#src/data/digits/threads'
import { DescentError } from '#src/errors'

/** A worker script that is only this line. */
function script(line: string): URL {
  return new URL(`data:text/javascript,${encodeURIComponent(line)}`)
}

function messagePorts(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'MessagePort').length
}

const before = messagePorts()
// However the work ended, no thread is left that would keep the process alive.
afterEach(() => expect(messagePorts()).toBe(before))

test('the event loop goes on while digits are drawn', async () => {
  let turns = 0
  const count = (): void => {
    turns++
    next = setImmediate(count)
  }
  let next = setImmediate(count)
  await digits({ count: 5000, threads: 1 })
  clearImmediate(next)
  expect(turns).toBeGreaterThan(100)
})

test('a signal that was raised before stops the work', async () => {
  const reason = new Error('no longer needed')
  await expect(digits({ count: 10, signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
})

test('a signal stops the work at once, and nothing is drawn after that', async () => {
  const { job } = allocateDigits(1, 1_000_000)
  const controller = new AbortController()
  const reason = new Error('enough')
  const run = runOnThreads(job, 2, controller.signal)
  while (job.progress[1] === 0) await new Promise(setImmediate)
  controller.abort(reason)
  await expect(run).rejects.toBe(reason)
  const drawn = job.progress[1]
  expect(drawn).toBeLessThan(1_000_000)
  await new Promise((resolve) => setTimeout(resolve, 200))
  expect(job.progress[1]).toBe(drawn)
})

test('the signal is left without listeners', async () => {
  const { signal } = new AbortController()
  await digits({ count: 10, signal })
  expect(getEventListeners(signal, 'abort')).toEqual([])
})

test('a signal raised afterwards changes nothing', async () => {
  const controller = new AbortController()
  const { size } = await digits({ count: 10, signal: controller.signal })
  controller.abort()
  expect(size).toBe(10)
})

test('an error in a thread is the error of the work', async () => {
  const { job } = allocateDigits(1, 100)
  const run = runOnThreads(job, 2, undefined, script('throw new RangeError("out of paper")'))
  await expect(run).rejects.toThrow(new DescentError('a worker thread failed to draw digits: out of paper'))
  await expect(run).rejects.toHaveProperty('cause.name', 'RangeError')
})

test('a thread that fails ends the others', async () => {
  const { job } = allocateDigits(1, 100)
  const oneOfTwo = `import { workerData, threadId } from 'node:worker_threads'
    if (Atomics.add(workerData.progress, 0, 1) === 0) throw new Error('first')
    for (;;) Atomics.add(workerData.progress, 1, 1)`
  await expect(runOnThreads(job, 2, undefined, script(oneOfTwo))).rejects.toThrow('first')
})

test('a thread that dies is an error', async () => {
  const { job } = allocateDigits(1, 100)
  await expect(runOnThreads(job, 1, undefined, script('process.exit(3)'))).rejects.toThrow(
    new DescentError('a worker thread that drew digits ended with exit code 3'),
  )
})

test('a thread that ends too early is an error', async () => {
  const { job } = allocateDigits(1, 100)
  await expect(runOnThreads(job, 1, undefined, script('process.exit(0)'))).rejects.toThrow(
    new DescentError('the worker threads ended with 100 of 100 digits not drawn'),
  )
})

test('a script that is not there is an error', async () => {
  const { job } = allocateDigits(1, 100)
  await expect(runOnThreads(job, 1, undefined, new URL('./missing.js', import.meta.url))).rejects.toThrow(
    /^a worker thread failed to draw digits: Cannot find module/,
  )
})
