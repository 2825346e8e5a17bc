/** Node's own modules, for what also has to be loaded where there is no Node: `descent/browser` has no import of them. */

interface Builtins {
  'node:diagnostics_channel': typeof import('node:diagnostics_channel')
}

/** A module of Node's, at once; undefined where this is not Node (https://nodejs.org/api/process.html#processgetbuiltinmoduleid). */
export function builtin<Name extends keyof Builtins>(name: Name): Builtins[Name] | undefined {
  return globalThis.process?.getBuiltinModule?.(name) as Builtins[Name] | undefined
}
