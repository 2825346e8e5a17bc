/**
 * Sets up a clone. `npm start` and `npm test` run this script first, so that a fresh clone needs only Node and npm. It
 * finds out what is missing, prints what it does, and does it. If nothing is missing, it prints nothing and ends
 * quickly. It does not import npm packages at its start, because they may not be installed yet.
 *
 *   1. the npm packages         runs `npm ci` if node_modules does not match package-lock.json
 *   2. the native backend       installs a compiler and OpenBLAS with apt, dnf, apk or brew if that is allowed, then
 *                               builds the addon
 *   3. the TypeScript build     compiles src/ and wasm/ to dist/ if the sources have changed
 *
 * If there is no native backend, descent runs on its WebAssembly backend. Set-up then prints the reason and a remedy,
 * and its exit code is still 0.
 *
 *   DESCENT_SETUP=typescript         skip the native backend
 *   DESCENT_NO_SYSTEM_PACKAGES=1     never install system packages, and do not run sudo
 *   OPENBLAS_DIR=<folder>            the folder of OpenBLAS, with include/ and lib/ (see scripts/find-openblas.mjs)
 */
import { buildCommand, lockPath, root } from './build-native.mjs'
import { checkNative, ensureNative, realWorld } from './native/ensure.mjs'
import { addonProblem, recordFailure } from './native/record.mjs'
import { writePackedFiles } from './native/sources.mjs'
import { dependenciesProblem, installDependencies } from './setup/dependencies.mjs'
import { withLock } from './setup/lock.mjs'
import { say } from './setup/say.mjs'
import { SetUpError } from './setup/set-up-error.mjs'
import { buildTypescript, typescriptProblem } from './setup/typescript.mjs'

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major < 20 || (major === 20 && minor < 17))
    throw new SetUpError(`descent needs Node 20.17 or newer; this is ${process.version}.`)
}

function checkWishes() {
  const { DESCENT_SETUP } = process.env
  if (DESCENT_SETUP && DESCENT_SETUP !== 'typescript')
    throw new SetUpError(`DESCENT_SETUP must be "typescript" or not set, not ${JSON.stringify(DESCENT_SETUP)}.`)
}

/**
 * If `problem` returns a problem, waits for the lock and calls `problem` again. If the problem still exists, runs
 * `fix`. The second call is needed because another process may have fixed the problem in the meantime.
 *
 * @param {() => string | undefined} problem
 * @param {(problem: string) => Promise<void>} fix
 */
async function step(problem, fix) {
  if (!problem()) return
  const fixIfStillNeeded = async () => {
    const remaining = problem()
    if (remaining) await fix(remaining)
  }
  await withLock(lockPath, fixIfStillNeeded, say)
}

/** @param {string} problem */
async function installPackages(problem) {
  say(`installing the npm packages with npm ci: ${problem}.`)
  const failure = await installDependencies(root)
  if (failure) throw new SetUpError(`npm ci failed, and nothing runs without its packages. Its output was:\n${failure}`)
}

/** @param {string} problem */
async function compile(problem) {
  say(`compiling src/ with tsc: ${problem}.`)
  const failure = await buildTypescript(root)
  if (failure) throw new SetUpError(`tsc found errors:\n${failure}`)
}

async function setUpNative() {
  const world = realWorld(root, say)
  const wishes = { systemPackages: true, buildCommand }
  const check = checkNative(root, wishes, world)
  if ('settled' in check) return check.settled
  return withLock(lockPath, () => ensureNative(root, wishes, world), say)
}

/** Sets up the native backend. If that fails, prints the reason and goes on, because descent also runs without it. */
async function setUpNativeOrSayWhyNot() {
  try {
    const result = await setUpNative()
    if (!result.native) say(`running without the native backend. ${result.reason}\n${result.remedy}`)
  } catch (error) {
    if (!(error instanceof SetUpError)) throw error
    say(`running without the native backend. ${error.message}`)
  }
}

function leaveNativeOut() {
  if (!addonProblem(root)) return
  const reason = 'Set-up left the native backend out, because DESCENT_SETUP=typescript was set.'
  recordFailure(root, { reason, remedy: `Run \`${buildCommand}\`.` })
}

try {
  checkNode()
  checkWishes()
  await step(() => dependenciesProblem(root), installPackages)
  if (process.env.DESCENT_SETUP === 'typescript') leaveNativeOut()
  else await setUpNativeOrSayWhyNot()
  await step(() => typescriptProblem(root), compile)
  writePackedFiles(root)
} catch (error) {
  if (!(error instanceof SetUpError)) throw error
  say(error.message)
  process.exitCode = 1
}
