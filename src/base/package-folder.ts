/**
 * Finds the files of this package that no module imports: the addon and the scripts of worker threads. It looks for the package
 * by name, because a bundled module is not where its source was.
 */

import { builtin } from './builtin.js'
import { DescentError } from './errors.js'

/** Returns the folder of this package's package.json; undefined if a program bundles the package but does not install it. */
export function packageFolder(): string | undefined {
  try {
    const { resolve } = builtin('node:module').createRequire(import.meta.url)
    return builtin('node:path').dirname(resolve('descent-nn/package.json'))
  } catch {
    return undefined
  }
}

/** Returns the path of a file in this package. `path` starts at its folder. @throws DescentError if the folder is not found */
export function packageFile(path: string): string {
  const folder = packageFolder()
  if (folder !== undefined) return builtin('node:path').join(folder, path)
  throw new DescentError(
    `cannot find ${path} of the package descent-nn: a program that bundles descent needs it in node_modules too`,
  )
}

/** The same path as a URL, to start a worker thread with. @throws DescentError */
export function packageUrl(path: string): URL {
  return builtin('node:url').pathToFileURL(packageFile(path))
}
