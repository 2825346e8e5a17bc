import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, isAbsolute, join } from 'node:path'

/** Finds a program on the PATH: an executable file that is not empty. @param {string} name @param {NodeJS.ProcessEnv} [env] */
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
      // Missing or not executable: try the next folder.
    }
  }
}
