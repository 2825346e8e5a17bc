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

  it('keeps its memory flat over 500 networks', async () => {
    const resident = await makeAndDrop(backend, 500)
    process.stdout.write(`${backend}: ${resident.map((bytes) => `${Math.round(bytes / 1e6)} MB`).join(' ')}\n`)
    expect(resident[9] - resident[1]).toBeLessThan(30e6)
  })
})
