import { describe } from 'vitest'
import type { BackendName } from '#src/backend/backend'
import { missing } from './backends.js'

/** Runs a suite on each backend. If native is missing, its suite is skipped and says why; if native must be there, native.test.ts fails. */
export function describeOnBackends(name: string, suite: (backend: BackendName) => void): void {
  describe(`${name}, on the typescript backend`, () => suite('typescript'))
  describe(`${name}, on the wasm backend`, () => suite('wasm'))
  describe.skipIf(missing !== '')(`${name}, on the native backend${missing}`, () => suite('native'))
}
