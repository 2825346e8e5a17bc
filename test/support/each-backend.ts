import { describe } from 'vitest'
import { addon } from './backends.js'

export type BackendName = 'native' | 'typescript'

/** A suite on each backend. Where native is missing its suite is skipped and says why; native.test.ts fails where it must be there. */
export function describeOnBackends(name: string, suite: (backend: BackendName) => void): void {
  const missing = 'reason' in addon ? ` [not here: ${addon.reason}]` : ''
  describe(`${name}, on the typescript backend`, () => suite('typescript'))
  describe.skipIf(missing !== '')(`${name}, on the native backend${missing}`, () => suite('native'))
}
