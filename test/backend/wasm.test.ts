import { describe } from 'vitest'
import { backend } from '../support/backends.js'
import { gradientSuite } from './gradients.case.js'
import { kernelSuite } from './kernels.case.js'
import { learningSuite } from './learning.case.js'
import { replaySuite } from './replay.case.js'
import { trainingSuite } from './training.case.js'

describe('the wasm backend', () => {
  kernelSuite(backend('wasm'))
  gradientSuite('wasm')
  learningSuite('wasm')
  replaySuite('wasm')
  trainingSuite('wasm')
})
