/**
 * Loads Node's built-in modules at run time. The modules of `descent-nn/browser` also run in web pages, so they must
 * not import `node:` modules. See https://nodejs.org/api/process.html#processgetbuiltinmoduleid
 */

import { DescentError } from './errors.js'

interface Builtins {
  'node:async_hooks': typeof import('node:async_hooks')
  'node:crypto': typeof import('node:crypto')
  'node:diagnostics_channel': typeof import('node:diagnostics_channel')
  'node:fs': typeof import('node:fs')
  'node:fs/promises': typeof import('node:fs/promises')
  'node:module': typeof import('node:module')
  'node:os': typeof import('node:os')
  'node:path': typeof import('node:path')
  'node:url': typeof import('node:url')
  'node:worker_threads': typeof import('node:worker_threads')
  'node:zlib': typeof import('node:zlib')
}

/** Returns a built-in module of Node, synchronously. Returns undefined outside Node. */
export function builtinIfThere<Name extends keyof Builtins>(name: Name): Builtins[Name] | undefined {
  return globalThis.process?.getBuiltinModule?.(name) as Builtins[Name] | undefined
}

/** Returns a built-in module of Node, synchronously. @throws DescentError outside Node */
export function builtin<Name extends keyof Builtins>(name: Name): Builtins[Name] {
  const module = builtinIfThere(name)
  if (module) return module
  const instead = name.startsWith('node:fs') ? ': use toBytes and fromBytes of a network, which need no files' : ''
  throw new DescentError(`${name} needs Node, and this program does not run on Node${instead}`)
}
