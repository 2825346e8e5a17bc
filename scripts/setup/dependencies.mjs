/** Checks whether node_modules of a clone matches package-lock.json, and installs the packages with `npm ci`. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { readJson } from './json-file.mjs'
import { npmCommand } from './npm.mjs'
import { run } from './run.mjs'
import { tail } from './say.mjs'

/**
 * @typedef {{ version?: string, integrity?: string, optional?: boolean, os?: string[], cpu?: string[] }} Locked
 * @typedef {{ platform: string, arch: string }} Machine
 */

/** npm writes this file last, so an interrupted installation does not have it. */
const installedLock = 'node_modules/.package-lock.json'

/**
 * Whether a list in the lock file, such as ["linux"] or ["!win32"], allows the operating system or processor `mine`.
 *
 * @type {(list: string[] | undefined, mine: string) => boolean}
 */
const allows = (list, mine) => !list || list.includes(mine) || (list[0]?.startsWith('!') && !list.includes(`!${mine}`))

/**
 * Returns why `npm ci` is needed, or undefined if it is not.
 *
 * @param {string} root
 * @param {Machine} [machine]
 */
export function dependenciesProblem(root, machine = process) {
  /** @type {Record<string, Locked>} */
  const wanted = readJson(join(root, 'package-lock.json'))?.packages ?? {}
  if (!existsSync(join(root, 'node_modules'))) return 'there is no node_modules yet'
  /** @type {Record<string, Locked> | undefined} */
  const installed = readJson(join(root, installedLock))?.packages
  if (!installed) return 'the last installation of the packages was interrupted'
  for (const [path, { version, integrity, optional }] of Object.entries(wanted)) {
    if (path === '' || (optional && !installed[path])) continue
    if (installed[path]?.version !== version || installed[path]?.integrity !== integrity)
      return `${path} is not the version that package-lock.json names`
  }
  for (const [path, { version, os, cpu }] of Object.entries(installed)) {
    if (!allows(os, machine.platform) || !allows(cpu, machine.arch)) return `${path} is for another platform`
    if (readJson(join(root, path, 'package.json'))?.version !== version) return `${path} is incomplete`
  }
  if (!existsSync(join(root, 'node_modules', '.bin', 'vitest'))) return 'node_modules/.bin is incomplete'
}

/**
 * With these arguments, npm installs exactly what the lock file lists and runs no install scripts. It installs the
 * build tools even if the user's npm settings exclude them.
 */
export const installArguments = [
  'ci',
  '--ignore-scripts',
  '--include=dev',
  '--include=optional',
  '--prefer-offline',
  '--no-audit',
  '--no-fund',
]

/**
 * @param {string} root
 * @returns {Promise<string | undefined>} why the installation failed, or undefined if it succeeded
 */
export async function installDependencies(root) {
  const npm = npmCommand()
  if (!npm) return 'npm was not found on the PATH or beside Node.'
  const { ok, output } = await run([...npm, ...installArguments], { cwd: root })
  return ok ? undefined : tail(output)
}
