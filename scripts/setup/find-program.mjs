import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, isAbsolute, join } from 'node:path'

/**
 * Returns the path of a program on the PATH, or undefined. Files that are empty or not executable are skipped.
 *
 * @param {string} name
 * @param {NodeJS.ProcessEnv} [env]
 */
export function findProgram(name, env = process.env) {
  const folders = isAbsolute(name) ? ['/'] : (env.PATH ?? '').split(delimiter).filter(Boolean)
  for (const folder of folders) {
    const path = join(folder, name)
    try {
      const stat = statSync(path)
      if (!stat.isFile() || stat.size === 0) continue
      accessSync(path, constants.X_OK)
      return path
    } catch {
      // The file is missing or not executable, so try the next folder.
    }
  }
}
