/**
 * Where the files of this package are that no module imports: the addon, the scripts of worker threads. The package is
 * asked for by its name, because a module that has been bundled is not where its source was.
 */

import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { DescentError } from './errors.js'

/** The folder with the package.json of this package; undefined in a program that has it bundled in, and not beside it. */
export function packageFolder(): string | undefined {
  try {
    return dirname(createRequire(import.meta.url).resolve('descent/package.json'))
  } catch {
    return undefined
  }
}

/** A file of this package by its path from the package's folder. @throws DescentError where the folder is not found */
export function packageFile(path: string): string {
  const folder = packageFolder()
  if (folder !== undefined) return join(folder, path)
  throw new DescentError(
    `${path} of the package descent is not to be found: a program that bundles descent needs it in node_modules too`,
  )
}
