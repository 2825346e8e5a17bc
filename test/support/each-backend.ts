import { describe } from 'vitest'
import { missing } from './backends.js'

export type BackendName = 'native' | 'typescript'

/** A suite on each backend. Where native is missing its suite is skipped and says why; native.test.ts fails where it must be there. */
export function describeOnBackends(name: string, suite: (backend: BackendName) => void): void {
  describe(`${name}, on the typescript backend`, () => suite('typescript'))
  describe.skipIf(missing !== '')(`${name}, on the native backend${missing}`, () => suite('native'))
}
