/**
 * Node's own modules, for what is also loaded where there is no Node: no module that `descent-nn/browser` reaches has an import of
 * them. https://nodejs.org/api/process.html#processgetbuiltinmoduleid
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
}

/** A module of Node's, at once; undefined where this is not Node. */
export function builtinIfThere<Name extends keyof Builtins>(name: Name): Builtins[Name] | undefined {
  return globalThis.process?.getBuiltinModule?.(name) as Builtins[Name] | undefined
}

/** A module of Node's, at once. @throws DescentError where this is not Node */
export function builtin<Name extends keyof Builtins>(name: Name): Builtins[Name] {
  const module = builtinIfThere(name)
  if (module) return module
  const instead = name.startsWith('node:fs') ? ': toBytes and fromBytes of a network do without files' : ''
  throw new DescentError(`${name} is a part of Node, which this is not${instead}`)
}
