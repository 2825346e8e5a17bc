import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * The folder where `npm run bench:peers` installs the libraries with which descent is compared. They are separate from
 * descent's own dependencies.
 */
export const peersFolder = fileURLToPath(new URL('../../build-bench/peers', import.meta.url))

/** Returns the version of an installed library, or undefined if it is not installed. */
export function peerVersion(name: string, folder: string): string | undefined {
  const path = join(folder, 'node_modules', name, 'package.json')
  if (!existsSync(path)) return undefined
  const { version }: { version: string } = JSON.parse(readFileSync(path, 'utf8'))
  return version
}

/**
 * Loads a library from `peersFolder`. `T` is the caller's own declaration of the library, so that the benchmarks can be
 * compiled without the library.
 */
export function requirePeer<T>(name: string): T {
  return createRequire(join(peersFolder, 'package.json'))(name)
}
