import { describe, expect, it } from 'vitest'
import { addon, nativeExpected } from '../support/backends.js'
import { killAndResume } from '../support/kill.js'

const native = 'reason' in addon && !nativeExpected ? [] : (['native'] as const)

describe.each([...native, 'wasm', 'typescript'] as const)('a run on %s', (backend) => {
  // The long form, 50 kills, is in test/soak.
  it('resumed after kill -9 ends as if nothing had happened', { timeout: 60_000 }, async () => {
    const { kills, hashes, uninterrupted } = await killAndResume(backend, 2, 3)
    expect(kills).toBe(2)
    expect(hashes).toEqual(hashes.map(() => uninterrupted))
  })
})
