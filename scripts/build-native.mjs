/**
 * Builds the native backend. Run `npm run build:native` in a clone, or `npx descent-nn build` in a project that depends
 * on descent.
 *
 *   node scripts/build-native.mjs                      uses only what is installed
 *   node scripts/build-native.mjs --system-packages    may install a compiler and OpenBLAS with the package manager
 *
 * The exit code is 0 if the addon was built and can be loaded, and 2 if an argument is unknown. Otherwise it is 1, and
 * stderr says what went wrong and what to do.
 */
import { existsSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ensureNative, realWorld } from './native/ensure.mjs'
import { withLock } from './setup/lock.mjs'
import { say } from './setup/say.mjs'
import { SetUpError } from './setup/set-up-error.mjs'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))

/**
 * Whether this folder is a clone of the repository. An installed package has no package-lock.json, because npm does not
 * pack it.
 */
const isClone = existsSync(join(root, 'package-lock.json'))

/** The command that builds the addon, as a user types it. */
export const buildCommand = isClone ? 'npm run build:native' : 'npx descent-nn build'

/** The lock file that lets only one process at a time set up this folder. */
export const lockPath = join(root, '.cache', 'setup.lock')

/** @param {{ systemPackages?: boolean }} [wishes] */
const buildNative = ({ systemPackages = false } = {}) =>
  withLock(lockPath, () => ensureNative(root, { systemPackages, again: true, buildCommand }, realWorld(root, say)), say)

/**
 * Keeps the addon of an installed package in the user's cache folder. Returns a sentence about it, or '' in a clone,
 * where no package manager deletes the addon.
 */
async function keep() {
  if (isClone) return ''
  try {
    const { keepAddon } = await import('../dist/backend/native/addon-cache.js')
    return ` A copy for later installations is in ${keepAddon(root)}.`
  } catch (error) {
    return ` Later installations need it built again, because no copy could be kept: ${/** @type {Error} */ (error).message}.`
  }
}

async function main() {
  const unknown = process.argv.slice(2).find((argument) => argument !== '--system-packages')
  if (unknown) {
    say(`unknown argument ${unknown}; known: --system-packages`)
    return 2
  }
  try {
    const result = await buildNative({ systemPackages: process.argv.includes('--system-packages') })
    if (result.native) say(`the native backend is ready: build/Release/descent.node.${await keep()}`)
    else say(`the native backend could not be built. ${result.reason}\n${result.remedy}`)
    return result.native ? 0 : 1
  } catch (error) {
    if (!(error instanceof SetUpError)) throw error
    say(error.message)
    return 1
  }
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) process.exitCode = await main()
