import type { Backend, BackendName } from '#src/backend/backend'
import type { Addon } from '#src/backend/native/addon'
import { backends } from '#src/backend/select'

/** The native addon, or why it cannot be tested here. */
export const addon = backends.addon()

/** Added to the names of tests if native cannot be tested; otherwise empty. */
export const missing = 'reason' in addon ? ` [not here: ${addon.reason}]` : ''

/** Whether native must be there, so that tests fail instead of being skipped. */
export const nativeExpected = process.env.DESCENT_EXPECT_NATIVE === '1'

export function requireAddon(): Addon {
  if ('addon' in addon) return addon.addon
  throw new Error(`the native backend is expected here: ${addon.reason}`)
}

export function backend(name: BackendName): Backend {
  return backends.select(name).backend
}
