import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Where `npm run bench:peers` installs packages: beside the built benchmarks, apart from descent's own dependencies. */
export const peersFolder = fileURLToPath(new URL('../../build-bench/peers', import.meta.url))

/** The version of an installed peer. */
export function peerVersion(name: string, folder: string): string | undefined {
  const path = join(folder, 'node_modules', name, 'package.json')
  if (!existsSync(path)) return undefined
  const { version }: { version: string } = JSON.parse(readFileSync(path, 'utf8'))
  return version
}

/** Loads a peer. The caller declares the types it uses, so that the benchmarks build without the package. */
export function requirePeer<T>(name: string): T {
  return createRequire(join(peersFolder, 'package.json'))(name)
}
