/**
 * Builds the native backend: `npm run build:native` in a clone, `npx descent-nn build` where descent is a dependency.
 *
 *   node scripts/build-native.mjs                      with what the machine has
 *   node scripts/build-native.mjs --system-packages    and may install compiler and OpenBLAS with the system's packages
 *
 * It works inside node_modules too: there node-gyp is npm's own. Exit code 0 where the addon is built and loads;
 * 1 where not, with the reason and what to do on stderr and in build/native-failure.json.
 */
import { existsSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ensureNative, realWorld } from './native/ensure.mjs'
import { withLock } from './setup/lock.mjs'
import { say } from './setup/say.mjs'
import { SetUpError } from './setup/set-up-error.mjs'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** npm never packs a package-lock.json: it tells a clone from an installed package. */
const isClone = existsSync(join(root, 'package-lock.json'))

/** What a person types to build the addon. */
export const buildCommand = isClone ? 'npm run build:native' : 'npx descent-nn build'

/** Only one process at a time sets up this folder. */
export const lockPath = join(root, '.cache', 'setup.lock')

/** @param {{ systemPackages?: boolean }} [wishes] */
export const buildNative = ({ systemPackages = false } = {}) =>
  withLock(lockPath, () => ensureNative(root, { systemPackages, again: true, buildCommand }, realWorld(root, say)), say)

async function main() {
  const unknown = process.argv.slice(2).find((argument) => argument !== '--system-packages')
  if (unknown) {
    say(`unknown argument ${unknown}; known: --system-packages`)
    return 2
  }
  try {
    const result = await buildNative({ systemPackages: process.argv.includes('--system-packages') })
    if (result.native) say('the native backend is ready: build/Release/descent.node.')
    else say(`the native backend could not be built. ${result.reason}\n${result.remedy}`)
    return result.native ? 0 : 1
  } catch (error) {
    if (!(error instanceof SetUpError)) throw error
    say(error.message)
    return 1
  }
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) process.exitCode = await main()
