import { existsSync, realpathSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { findProgram } from './find-program.mjs'

/**
 * Returns the folders where npm is installed, in order of preference. The npm that runs this script comes first, then
 * the npm that came with this Node, then the npm on the PATH.
 */
export function npmFolders({ env = process.env, execPath = process.execPath } = {}) {
  const folders = []
  const running = env.npm_execpath
  if (running && /^np[mx]-cli\.js$/.test(basename(running))) folders.push(dirname(dirname(running)))
  folders.push(join(dirname(execPath), '..', 'lib', 'node_modules', 'npm'))
  folders.push(join(dirname(execPath), 'node_modules', 'npm'))
  const onPath = findProgram('npm', env)
  if (onPath) folders.push(dirname(dirname(realpathSync(onPath))))
  return folders.filter((folder) => existsSync(join(folder, 'bin', 'npm-cli.js')))
}

/**
 * Returns the command that runs npm with this Node, or undefined if there is no npm.
 *
 * @returns {string[] | undefined}
 */
export function npmCommand(look = {}) {
  const [folder] = npmFolders(look)
  if (folder) return [process.execPath, join(folder, 'bin', 'npm-cli.js')]
  const program = findProgram('npm')
  return program ? [program] : undefined
}
