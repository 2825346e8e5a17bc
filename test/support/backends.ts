import type { Backend } from '#src/backend/backend'
import type { Addon } from '#src/backend/native/addon'
import { backends } from '#src/backend/select'

/** The native addon, or why it cannot be tested here. */
export const addon = backends.addon()

/** What a test's name says where native cannot be tested; empty where it can. */
export const missing = 'reason' in addon ? ` [not here: ${addon.reason}]` : ''

/** Where the environment says that native must be there, its absence is a failure and not a skip. */
export const nativeExpected = process.env.DESCENT_EXPECT_NATIVE === '1'

export function requireAddon(): Addon {
  if ('addon' in addon) return addon.addon
  throw new Error(`the native backend is expected here: ${addon.reason}`)
}

export function backend(name: 'native' | 'typescript'): Backend {
  return backends.select(name).backend
}
