import type { Stats } from 'node:fs'
import { builtin, builtinIfThere } from '../../base/builtin.js'
import { packageFolder } from '../../base/package-folder.js'
import { tooManyFiles } from '../../base/system-limits.js'
import { tableSignature } from '../../program/kernels.js'
import type { Addon } from './addon.js'
import { cachedAddon, type Stamp } from './addon-cache.js'

/** The addon, or a text that says why the addon is not available and what the user can do. */
export type LoadResult = { readonly addon: Addon } | { readonly reason: string }

const rebuild = 'run "npx descent-nn build" to rebuild it'

/**
 * Loads the addon build/Release/descent.node, or the one that an earlier installation of the same package left in the
 * user's cache folder. Before that, compares the file with the description in descent.json, because loading a truncated
 * file would kill the process with SIGBUS, which JavaScript cannot catch.
 */
export function loadAddon(folder = packageFolder(), open: (path: string) => unknown = openAddon): LoadResult {
  if (!builtinIfThere('node:module')) return { reason: 'the native addon needs Node, and this is not Node' }
  if (folder === undefined) {
    return {
      reason: 'the native addon cannot be found: the package descent-nn is not in node_modules next to this program',
    }
  }
  let path = builtin('node:path').join(folder, 'build', 'Release', 'descent.node')
  try {
    const found = findAddon(folder, path)
    if (!found) {
      return {
        reason: failureOfSetup(folder) ?? 'the native addon has not been built: run "npx descent-nn build" to build it',
      }
    }
    const { file, hash } = found
    path = found.path
    const stamp = parse<Stamp>(readIfThere(builtin('node:path').join(path, '..', 'descent.json')))
    if (!stamp) return { reason: `the native addon ${path} has no stamp (descent.json) next to it: ${rebuild}` }
    if (hash !== undefined && stamp.sources !== hash) return { reason: fromOtherSources(path) }
    if (!fits(path, file, stamp)) {
      const sizes = `${file.size} bytes, built with ${stamp.size}`
      return { reason: `the native addon ${path} is damaged (${sizes}): ${rebuild}` }
    }
    const addon = open(path) as Addon
    if (addon.tableSignature() !== tableSignature()) return { reason: fromOtherSources(path) }
    return { addon }
  } catch (error) {
    return { reason: reasonOf(error, path) }
  }
}

/** Returns why the addon was not loaded, for an error of a file operation or of the system's loader. */
function reasonOf(error: unknown, path: string): string {
  const { code, syscall, message }: NodeJS.ErrnoException = error instanceof Error ? error : new Error(String(error))
  if (code === 'ERR_DLOPEN_DISABLED') {
    return process.permission
      ? "the native addon is not loaded, because Node's permission model allows no addons: start node with --allow-addons"
      : 'the native addon is not loaded, because Node was started with --no-addons: start node without it, also in NODE_OPTIONS'
  }
  const isUnread = syscall !== undefined || code === 'ERR_ACCESS_DENIED'
  const problem = `the native addon ${path} cannot be ${isUnread ? 'read' : 'loaded'} (${message.split('\n')[0]})`
  if (/too many open files/i.test(message)) return `${problem}: ${tooManyFiles}`
  return isUnread ? problem : `${problem}: install OpenBLAS, or ${rebuild}`
}

interface FoundAddon {
  readonly path: string
  readonly file: Stats
  /** The hash of the native sources that the stamp must contain. This is set only for an addon in the cache. */
  readonly hash?: string
}

/** Returns the addon of the package, which is at `path`, or else the one in the user's cache folder. */
function findAddon(folder: string, path: string): FoundAddon | undefined {
  const { statSync } = builtin('node:fs')
  const file = statSync(path, { throwIfNoEntry: false })
  if (file) return { path, file }
  const cached = cachedAddon(folder)
  if (!cached) return undefined
  const cachedPath = builtin('node:path').join(cached.folder, 'descent.node')
  const cachedFile = statSync(cachedPath, { throwIfNoEntry: false })
  return cachedFile && { path: cachedPath, file: cachedFile, hash: cached.hash }
}

function fromOtherSources(path: string): string {
  return `the native addon ${path} was built from the sources of another version: ${rebuild}`
}

/**
 * Returns whether the addon file has the size and content that `stamp` (from descent.json) describes. Computes the hash
 * of the file only if its modification time differs from the time in the stamp.
 */
function fits(path: string, { size, mtimeMs }: Stats, stamp: Stamp): boolean {
  if (size !== stamp.size) return false
  if (mtimeMs === stamp.changed) return true
  // node:crypto is loaded only here, because loading it takes longer than all other work of this module.
  return (
    builtin('node:crypto').createHash('sha256').update(builtin('node:fs').readFileSync(path)).digest('hex') ===
    stamp.sha256
  )
}

/**
 * Loads the addon with OPENBLAS_NUM_THREADS=1, so that OpenBLAS starts no threads of its own. Such threads would make
 * Node hang. OpenBLAS reads this variable only while it is being loaded, so the old value is restored afterwards.
 */
function openAddon(path: string): unknown {
  const before = process.env.OPENBLAS_NUM_THREADS
  process.env.OPENBLAS_NUM_THREADS = '1'
  try {
    return builtin('node:module').createRequire(path)(path)
  } finally {
    if (before === undefined) delete process.env.OPENBLAS_NUM_THREADS
    else process.env.OPENBLAS_NUM_THREADS = before
  }
}

/**
 * Returns why the last build of the addon failed, as recorded by the set-up script. Returns undefined if no failure is
 * recorded.
 */
function failureOfSetup(folder: string): string | undefined {
  const path = builtin('node:path').join(folder, 'build', 'native-failure.json')
  const failure = parse<{ reason: string; remedy: string }>(readIfThere(path))
  return failure && `the native addon could not be built: ${failure.reason} ${failure.remedy}`
}

/** Returns the content of a file, or undefined if there is no such file. Throws any other error. */
function readIfThere(path: string): Buffer | undefined {
  try {
    return builtin('node:fs').readFileSync(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

function parse<T>(text: Buffer | undefined): T | undefined {
  try {
    return text && (JSON.parse(text.toString()) as T)
  } catch {
    return undefined
  }
}
