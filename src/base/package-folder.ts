/**
 * Finds the files of this package that no module imports: the addon and the scripts of worker threads. It finds the
 * package by its name, because a bundler may move this module to another folder.
 */

import { builtin } from './builtin.js'
import { DescentError } from './errors.js'

/** Returns the folder of this package's package.json. Returns undefined if the package is bundled but not installed. */
export function packageFolder(): string | undefined {
  try {
    const { resolve } = builtin('node:module').createRequire(import.meta.url)
    return builtin('node:path').dirname(resolve('descent-nn/package.json'))
  } catch {
    return undefined
  }
}

/**
 * Returns the path of a file in this package. `path` is relative to the folder of the package.
 * @throws DescentError if the folder of the package is not found
 */
export function packageFile(path: string): string {
  const folder = packageFolder()
  if (folder !== undefined) return builtin('node:path').join(folder, path)
  throw new DescentError(
    `cannot find ${path} of the package descent-nn: a program that bundles descent needs it in node_modules too`,
  )
}

/**
 * Returns the URL of a file in this package, such as the script of a worker thread.
 * @throws DescentError if the folder of the package is not found
 */
export function packageUrl(path: string): URL {
  return builtin('node:url').pathToFileURL(packageFile(path))
}
