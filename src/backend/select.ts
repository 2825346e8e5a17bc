import { BackendError, optionError } from '../base/errors.js'
import { type Backend, backendNames } from './backend.js'
import { type LoadResult, loadAddon } from './native/load.js'
import { createNativeBackend } from './native/native.js'
import { createTypeScriptBackend } from './typescript/typescript.js'
import { type LoadedModule, loadModule } from './wasm/module.js'
import { createWasmBackend, tooLarge } from './wasm/wasm.js'

export const backendRequests = ['auto', ...backendNames] as const
export type BackendRequest = (typeof backendRequests)[number]

const expected = "'auto', 'native', 'wasm' or 'typescript'"

/** The chosen backend, with the reason for the choice. */
export interface Selection {
  readonly backend: Backend
  /** The reason for the choice, as a clause without a period. */
  readonly reason: string
}

export interface Selector {
  /** Returns the addon, or the reason why it is not available. The first call loads the addon. */
  addon(): LoadResult
  /**
   * Chooses the backend of a network with this number of parameters.
   * @throws BackendError if the requested backend is not available, or not for a network of this size
   */
  select(option?: BackendRequest, parameters?: number): Selection
}

/**
 * Creates an object that chooses the backend. It loads the addon with `load` and the WebAssembly module with
 * `loadWasm`, each at most once, and only if it is needed.
 */
export function createSelector(load: () => LoadResult, loadWasm: () => LoadedModule = loadModule): Selector {
  const addon = once(load)
  const module = once(loadWasm)
  const native = once((): Backend | string => {
    const result = addon()
    return 'addon' in result ? createNativeBackend(result.addon) : result.reason
  })
  const wasm = once((): Backend | string => {
    const result = module()
    return 'module' in result ? createWasmBackend(result.module) : result.reason
  })
  const typescript = once(createTypeScriptBackend)

  function select(option: BackendRequest = 'auto', parameters = 0): Selection {
    if (!backendRequests.includes(option)) throw optionError({ backend: option }, expected)
    const variable = option === 'auto' ? readVariable() : undefined
    const request = variable ?? option
    const asked = variable ? 'asked for by DESCENT_BACKEND' : 'asked for by the option backend'
    if (request === 'typescript') return { backend: typescript(), reason: asked }
    if (request === 'native') return { backend: required(native(), request), reason: asked }
    if (request === 'wasm') return { backend: required(tooLarge(parameters) ?? wasm(), request), reason: asked }
    const first = native()
    if (typeof first !== 'string') return { backend: first, reason: 'the native addon loads on this machine' }
    const second = tooLarge(parameters) ?? wasm()
    if (typeof second !== 'string') return { backend: second, reason: first }
    return { backend: typescript(), reason: `${first}; ${second}` }
  }

  return { addon, select }
}

/** Returns a function that calls `create` at its first call, and then always returns the same result. */
function once<T>(create: () => T): () => T {
  let created: { readonly result: T } | undefined
  return () => {
    created ??= { result: create() }
    return created.result
  }
}

/** @throws BackendError if there is no backend, but a reason */
function required(backend: Backend | string, name: string): Backend {
  if (typeof backend === 'string') throw new BackendError(`the ${name} backend is not available: ${backend}`)
  return backend
}

/**
 * Reads the environment variable DESCENT_BACKEND. Returns undefined if it is not set or 'auto'.
 * @throws OptionError if its value is not the name of a backend or 'auto'
 */
function readVariable(): BackendRequest | undefined {
  const DESCENT_BACKEND = globalThis.process?.env?.DESCENT_BACKEND
  if (!DESCENT_BACKEND || DESCENT_BACKEND === 'auto') return undefined
  const request = backendRequests.find((name) => name === DESCENT_BACKEND)
  if (!request) throw optionError({ DESCENT_BACKEND }, expected)
  return request
}

/** Chooses the backends for all networks of this process. */
export const backends = createSelector(loadAddon)
