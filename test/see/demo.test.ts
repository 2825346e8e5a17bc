import { describe, expect, it } from 'vitest'
import type { BackendName } from '#src/backend/backend'
import { digits } from '#src/index'
import { loadDemo } from '#src/see/demo'
import { demoWeights } from '#src/see/demo-weights'
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

  it.skipIf(!mnistFolder)(`reads at least 98.5 % of the test pictures of MNIST${noMnist}`, async () => {
    const network = await loadDemo({ backend: 'typescript' })
    const { accuracy = 0 } = await network.evaluate((await readMnist()).test)
    expect(accuracy).toBeGreaterThanOrEqual(0.985)
  })
})
