import { describe, expect, it } from 'vitest'
import type { BackendName } from '#src/backend/backend'
import { digits } from '#src/index'
import { loadDemo } from '#src/see/demo'
import { demoWeights } from '#src/see/demo-weights'
import { createSession } from '#src/see/session'
import { backendsHere } from '../cli/program.js'
import { mnistFolder, noMnist, readMnist } from '../support/mnist.js'

describe('the network that is shipped with the page', () => {
  it('is at most 120 kB in eight bits', () => {
    const { length } = Buffer.from(demoWeights, 'base64')
    expect(length).toBeGreaterThan(50_000)
    expect(length).toBeLessThanOrEqual(120_000)
  })

  it.each(backendsHere as BackendName[])('reads digits that are drawn by the library, on %s', async (backend) => {
    const network = await loadDemo({ backend })
    expect(network.backend.name).toBe(backend)
    const { accuracy = 0 } = await network.evaluate(await digits({ count: 1000, seed: 1, threads: 1 }))
    expect(accuracy).toBeGreaterThan(0.9)
  })

  it('learns on in a session without forgetting what it can, although the book learns at a rate of 3', async () => {
    const [training, test] = await Promise.all([1, 2].map((seed) => digits({ count: 1000, seed, threads: 1 })))
    const network = await loadDemo({ backend: 'typescript' })
    const session = createSession({ data: { name: 'digits', training, test }, network })
    const { accuracy: before = 0 } = await session.ask('evaluation', {})
    session.watch('page', { state() {}, event() {}, frame() {} })
    for (let batch = 0; batch < 50; batch++) await session.command('page', { do: 'step', size: 'batch' })
    const { accuracy: after = 0 } = await session.ask('evaluation', {})
    await session.close()
    // At a rate of 3 it would give one answer to all pictures.
    expect(after).toBeGreaterThan(before - 0.02)
  })

  it.skipIf(!mnistFolder)(`reads at least 98.5 % of the test pictures of MNIST${noMnist}`, async () => {
    const network = await loadDemo({ backend: 'typescript' })
    const { accuracy = 0 } = await network.evaluate((await readMnist()).test)
    expect(accuracy).toBeGreaterThanOrEqual(0.985)
  })
})
