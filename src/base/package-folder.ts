/**
 * Where the files of this package are that no module imports: the addon, the scripts of worker threads. The package is
 * asked for by its name, because a module that has been bundled is not where its source was.
 */

import { builtin } from './builtin.js'
import { DescentError } from './errors.js'

/** The folder with the package.json of this package; undefined in a program that has it bundled in, and not beside it. */
export function packageFolder(): string | undefined {
  try {
    const { resolve } = builtin('node:module').createRequire(import.meta.url)
    return builtin('node:path').dirname(resolve('descent-nn/package.json'))
  } catch {
    return undefined
  }
}

/** A file of this package by its path from the package's folder. @throws DescentError where the folder is not found */
export function packageFile(path: string): string {
  const folder = packageFolder()
  if (folder !== undefined) return builtin('node:path').join(folder, path)
  throw new DescentError(
    `${path} of the package descent-nn is not to be found: a program that bundles descent needs it in node_modules too`,
  )
}

/** The same as a URL, which is what worker threads are started with. @throws DescentError */
export function packageUrl(path: string): URL {
  return builtin('node:url').pathToFileURL(packageFile(path))
}
