import { describe, expect, it } from 'vitest'
import { killAndResume } from '../support/kill.js'

const kills = Number(process.env.DESCENT_KILLS ?? 50)

describe.each(['native', 'wasm', 'typescript'] as const)('%s, killed again and again', (backend) => {
  it(`ends with the same file after ${kills} x kill -9`, async () => {
    const result = await killAndResume(backend, kills, 8)
    process.stdout.write(
      `${backend}: ${result.kills} kills, ${result.resumed} of them with a checkpoint, ${result.hashes.length} runs, ${result.uninterrupted}\n`,
    )
    expect(result.hashes).toEqual(result.hashes.map(() => result.uninterrupted))
  })
})
