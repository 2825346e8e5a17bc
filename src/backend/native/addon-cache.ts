/**
 * Keeps built addons in the user's cache folder. Package managers delete `node_modules`, with the addon in it, and the
 * next installation would otherwise have to be built again.
 */

import { builtin } from '../../base/builtin.js'
import { cacheFolder } from '../../base/cache-folder.js'

/** The content of descent.json, which lies next to each addon and describes it. */
export interface Stamp {
  readonly size: number
  /** The modification time of the addon file, in milliseconds since 1970. */
  readonly changed: number
  readonly sha256: string
  /** The hash of the native sources from which the addon was built. */
  readonly sources: string
}

/** The content of dist/addon/sources.json, which describes the native sources of an installed package. */
interface NativeSources {
  readonly version: string
  /** The version of Node-API for which the addon is built. */
  readonly napi: number
  readonly hash: string
}

/**
 * Returns the folder of the cache for addons that are built from the sources of this package, and the hash of these
 * sources. Returns undefined if the package does not describe its sources.
 */
export function cachedAddon(packageFolder: string): { folder: string; hash: string } | undefined {
  const sources = readSources(packageFolder)
  return sources && { folder: folderFor(sources), hash: sources.hash }
}

/**
 * Copies the addon of this package to the cache, and returns the folder of the copy.
 * @throws Error if there is no addon, or the cache folder cannot be written
 */
export function keepAddon(packageFolder: string): string {
  const { copyFileSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } = builtin('node:fs')
  const { join } = builtin('node:path')
  const built = join(packageFolder, 'build', 'Release')
  const stamp = JSON.parse(readFileSync(join(built, 'descent.json'), 'utf8')) as Stamp
  const sources = readSources(packageFolder)
  if (!sources) throw new Error(`the package ${packageFolder} has no dist/addon/sources.json`)
  const folder = folderFor({ ...sources, hash: stamp.sources })
  const temporary = join(folder, crypto.randomUUID())
  mkdirSync(folder, { recursive: true })
  // Each file gets its name when it is complete. Programs that run keep the old addon, which a rename does not change.
  copyFileSync(join(built, 'descent.node'), temporary)
  const changed = statSync(temporary).mtimeMs
  renameSync(temporary, join(folder, 'descent.node'))
  writeFileSync(temporary, JSON.stringify({ ...stamp, changed }))
  renameSync(temporary, join(folder, 'descent.json'))
  return folder
}

function folderFor({ version, napi, hash }: NativeSources): string {
  const { platform, arch } = process
  const name = [version, platform, arch, ...libc(), `napi${napi}`, hash.slice(0, 16)].join('-')
  return builtin('node:path').join(cacheFolder(), 'addon', name)
}

/** Returns the kind of C library that this process runs on. Only Linux has two kinds. */
function libc(): ('musl' | 'glibc')[] {
  if (process.platform !== 'linux') return []
  const { closeSync, openSync, readSync } = builtin('node:fs')
  // The first bytes of a program file contain the path of its dynamic loader, which shows the kind of C library. Node's
  // own report names the C library too, but takes 10 ms.
  const start = new Uint8Array(4096)
  try {
    const file = openSync(process.execPath, 'r')
    try {
      readSync(file, start)
    } finally {
      closeSync(file)
    }
  } catch {
    // If this process may not read its own program file, assume glibc, which is more common.
  }
  return [new TextDecoder('latin1').decode(start).includes('/ld-musl-') ? 'musl' : 'glibc']
}

function readSources(packageFolder: string): NativeSources | undefined {
  const path = builtin('node:path').join(packageFolder, 'dist', 'addon', 'sources.json')
  try {
    return JSON.parse(builtin('node:fs').readFileSync(path, 'utf8')) as NativeSources
  } catch {
    return undefined
  }
}
