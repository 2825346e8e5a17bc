import { describe, expect, it } from 'vitest'
import { exitInTraining, makeAndDrop, terminateInTraining } from '../support/interrupt.js'

const times = Number(process.env.DESCENT_SOAK ?? 200)

describe.each(['native', 'wasm', 'typescript'] as const)('%s, for a long time', (backend) => {
  it(`survives ${times} x worker.terminate() in the middle of training`, async () => {
    await terminateInTraining(backend, times)
  })

  it(`survives ${times} x process.exit() in the middle of training`, async () => {
    const codes = await exitInTraining(backend, times)
    expect(codes).toEqual(codes.map(() => 7))
  })

  it('keeps its memory flat over 2,000 networks', async () => {
    const resident = await makeAndDrop(backend, 2000)
    process.stdout.write(`${backend}: ${resident.map((bytes) => `${Math.round(bytes / 1e6)} MB`).join(' ')}\n`)
    // The C library keeps up to some 60 MB of freed memory, at random. The parameters of a network take 318 kB, so 1,600
    // networks that are not freed would take at least 509 MB.
    expect(resident[9] - resident[1]).toBeLessThan(100e6)
  })
})
