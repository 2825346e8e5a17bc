import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { backend, missing, nativeExpected, requireAddon } from '../support/backends.js'
import { gradientSuite } from './gradients.case.js'
import { kernelSuite } from './kernels.case.js'
import { learningSuite } from './learning.case.js'
import { replaySuite } from './replay.case.js'
import { trainingSuite } from './training.case.js'

if (nativeExpected) it('is there, as the environment says', () => void requireAddon())

describe.skipIf(missing !== '')(`the native backend${missing}`, () => {
  let before = 0
  beforeAll(() => {
    before = requireAddon().executedCommands()
  })
  // Proves that these suites ran on the native backend.
  afterAll(() => expect(requireAddon().executedCommands() - before).toBeGreaterThan(100_000))

  if (missing === '') {
    kernelSuite(backend('native'))
    gradientSuite('native')
    learningSuite('native')
    replaySuite('native')
    trainingSuite('native')
  }
})
