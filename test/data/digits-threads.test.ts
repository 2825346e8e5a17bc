import { execFile } from 'node:child_process'
import { getEventListeners } from 'node:events'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { DescentError } from '#src/base/errors'
import { allocateDigits, digits } from '#src/data/digits/digits'
import { drawn, handedOut } from '#src/data/digits/digits-job'
import { runOnThreads } from '#src/data/digits/digits-threads'

/** A worker script that consists of this line. */
function script(line: string): URL {
  return new URL(`data:text/javascript,${encodeURIComponent(line)}`)
}

/** Whether the threads have ended: a thread that is still running keeps counting. */
async function hasStopped(progress: Int32Array): Promise<boolean> {
  const before = Atomics.load(progress, drawn)
  await new Promise((resolve) => setTimeout(resolve, 200))
  return Atomics.load(progress, drawn) === before
}

test('the event loop runs while digits are drawn', async () => {
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

test('a signal that is already aborted stops the work', async () => {
  const reason = new Error('no longer needed')
  await expect(digits({ count: 10, signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
})

test('a signal stops the work at once, and nothing is drawn afterwards', async () => {
  const { job } = allocateDigits(1, 1_000_000)
  const controller = new AbortController()
  const reason = new Error('enough')
  const run = runOnThreads(job, 2, controller.signal)
  while (Atomics.load(job.progress, drawn) === 0) await new Promise(setImmediate)
  controller.abort(reason)
  await expect(run).rejects.toBe(reason)
  expect(job.progress[drawn]).toBeLessThan(1_000_000)
  expect(await hasStopped(job.progress)).toBe(true)
})

test('the signal is left without listeners', async () => {
  const { signal } = new AbortController()
  await digits({ count: 10, signal })
  expect(getEventListeners(signal, 'abort')).toEqual([])
})

test('a signal that is aborted afterwards has no effect', async () => {
  const controller = new AbortController()
  const { rows } = await digits({ count: 10, signal: controller.signal })
  controller.abort()
  expect(rows).toBe(10)
})

test('a process that has drawn digits ends by itself', async () => {
  const program = `import { digits } from ${JSON.stringify(new URL('../../dist/data/digits/digits.js', import.meta.url))}
    console.log((await digits({ count: 10, threads: 1 })).rows)`
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], {
    timeout: 30_000,
  })
  expect(stdout).toBe('10\n')
})

test('an error in a thread rejects the promise', async () => {
  const { job } = allocateDigits(1, 100)
  const run = runOnThreads(job, 2, undefined, script('throw new RangeError("out of paper")'))
  await expect(run).rejects.toThrow(new DescentError('a worker thread failed to draw digits: out of paper'))
  await expect(run).rejects.toHaveProperty('cause.name', 'RangeError')
})

test('a thread that fails ends the others', async () => {
  const { job } = allocateDigits(1, 100)
  const oneOfTwo = `import { workerData } from 'node:worker_threads'
    const { progress } = workerData
    if (Atomics.add(progress, ${handedOut}, 1) > 0) for (;;) Atomics.add(progress, ${drawn}, 1)
    while (Atomics.load(progress, ${drawn}) === 0);
    throw new Error('first')`
  await expect(runOnThreads(job, 2, undefined, script(oneOfTwo))).rejects.toThrow('first')
  expect(await hasStopped(job.progress)).toBe(true)
})

test('a thread that exits with an error code is an error', async () => {
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

test('a missing script is an error', async () => {
  const { job } = allocateDigits(1, 100)
  await expect(runOnThreads(job, 1, undefined, new URL('./missing.js', import.meta.url))).rejects.toThrow(
    /^a worker thread failed to draw digits: Cannot find module/,
  )
})
