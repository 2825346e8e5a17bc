import { describe, expect, it } from 'vitest'
import { missing } from '../support/backends.js'
import { exitInTraining, makeAndDrop, terminateInTraining, trainInWorkers } from '../support/interrupt.js'

// The short form of test/soak/lifetime.mjs, which does each of these 200 or 500 times.
describe.each(['native', 'wasm', 'typescript'] as const)('a process with the %s backend', (backend) => {
  const skip = backend === 'native' && missing !== ''

  it.skipIf(skip)(`gives the same bits in several worker threads at once${skip ? missing : ''}`, async () => {
    const [first, ...others] = await trainInWorkers(backend, 3, 1)
    expect(first.length).toBe(23860)
    for (const other of others) expect(Buffer.compare(Buffer.from(other.buffer), Buffer.from(first.buffer))).toBe(0)
  })

  it.skipIf(skip)(`ends with worker.terminate() in the middle of training${skip ? missing : ''}`, async () => {
    await terminateInTraining(backend, 5)
  })

  it.skipIf(skip)(`ends with process.exit() in the middle of training${skip ? missing : ''}`, async () => {
    expect(await exitInTraining(backend, 3)).toEqual([7, 7, 7])
  })

  it.skipIf(skip)(`frees a network when it is no longer referenced${skip ? missing : ''}`, async () => {
    const resident = await makeAndDrop(backend, 200)
    // A network and its workspace take about 0.5 MB: if 140 of them were not freed, that would be 70 MB.
    expect(resident[9] - resident[2]).toBeLessThan(30e6)
  })
})
