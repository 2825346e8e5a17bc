import { BackendError, optionError } from '../base/errors.js'
import type { Backend } from './backend.js'
import { type LoadResult, loadAddon } from './native/load.js'
import { createNativeBackend } from './native/native.js'
import { createTypeScriptBackend } from './typescript/typescript.js'

export const backendRequests = ['auto', 'native', 'typescript'] as const
export type BackendRequest = (typeof backendRequests)[number]

/** The chosen backend, with the reason for the choice. */
export interface Selection {
  readonly backend: Backend
  /** The reason for the choice, as a clause without a period. */
  readonly reason: string
}

export interface Selector {
  /** Returns the addon, or the reason why it is not available. The first call loads the addon. */
  addon(): LoadResult
  select(option?: BackendRequest): Selection
}

/** Creates an object that chooses the backend. It loads the addon with `load`, at most once. */
export function createSelector(load: () => LoadResult): Selector {
  let loaded: LoadResult | undefined
  let native: Backend | undefined
  let typescript: Backend | undefined

  function addon(): LoadResult {
    loaded ??= load()
    return loaded
  }

  function select(option: BackendRequest = 'auto'): Selection {
    if (!backendRequests.includes(option)) throw optionError({ backend: option }, "'auto', 'native' or 'typescript'")
    const variable = option === 'auto' ? readVariable() : undefined
    const request = variable ?? option
    const asked = variable ? 'asked for by DESCENT_BACKEND' : 'asked for by the option backend'
    if (request === 'typescript') {
      typescript ??= createTypeScriptBackend()
      return { backend: typescript, reason: asked }
    }
    const result = addon()
    if ('addon' in result) {
      native ??= createNativeBackend(result.addon)
      return { backend: native, reason: request === 'native' ? asked : 'the native addon loads on this machine' }
    }
    if (request === 'native') throw new BackendError(`the native backend is not available: ${result.reason}`)
    typescript ??= createTypeScriptBackend()
    return { backend: typescript, reason: result.reason }
  }

  return { addon, select }
}

/**
 * Reads the environment variable DESCENT_BACKEND. Returns undefined if it is not set or 'auto'.
 * @throws OptionError if its value is not 'auto', 'native' or 'typescript'
 */
function readVariable(): BackendRequest | undefined {
  const DESCENT_BACKEND = globalThis.process?.env?.DESCENT_BACKEND
  if (!DESCENT_BACKEND || DESCENT_BACKEND === 'auto') return undefined
  const request = backendRequests.find((name) => name === DESCENT_BACKEND)
  if (!request) throw optionError({ DESCENT_BACKEND }, "'auto', 'native' or 'typescript'")
  return request
}

/** Chooses the backends for all networks of this process. */
export const backends = createSelector(loadAddon)
