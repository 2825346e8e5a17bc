/**
 * Helpers for the trials of scripts/check-fresh.mjs. They create temporary folders, run commands in them, and check the
 * results.
 */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const source = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

const whichBackend = `
  import { loadAddon } from './dist/backend/native/load.js'
  const result = loadAddon()
  console.log('addon' in result ? 'native' : result.reason)
`

/** @typedef {{ status: number | null, output: string, seconds: number }} Run */

/** @type {string[]} */
const folders = []

/** Creates an empty folder. @param {string} name */
export function newFolder(name) {
  const folder = mkdtempSync(join(tmpdir(), `descent-fresh-${name}-`))
  folders.push(folder)
  return folder
}

/** Removes all folders that `newFolder` has created since the last call of this function or of `keepFolders`. */
export function cleanUp() {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
}

/** Returns the folders that `cleanUp` would remove, and keeps them, so that one can look at what went wrong. */
export function keepFolders() {
  return folders.splice(0)
}

/** @param {string} cwd @param {string[]} command @param {NodeJS.ProcessEnv} [env] @returns {Run} */
export function run(cwd, [program, ...args], env = {}) {
  const start = performance.now()
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd,
    env: { ...process.env, ...env },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const seconds = (performance.now() - start) / 1000
  return { status, output: `${stdout ?? ''}${stderr ?? ''}${error?.message ?? ''}`, seconds }
}

/** @param {string} cwd @param {string[]} command @param {NodeJS.ProcessEnv} [env] */
export function succeed(cwd, command, env) {
  const done = run(cwd, command, env)
  assert.equal(done.status, 0, `${command.join(' ')} ended with ${done.status}:\n${done.output}`)
  return done
}

/**
 * Clones the current commit into a temporary folder. The folder of the clone has the given name.
 *
 * @param {string} name
 */
export function clone(name) {
  const folder = join(newFolder('clone'), name)
  succeed('.', ['git', 'clone', '--quiet', source, folder])
  return folder
}

export const setUp = [process.execPath, 'scripts/setup.mjs']

/**
 * Returns 'native', or the reason why the native backend of a clone does not load.
 *
 * @param {string} folder
 * @param {(command: string[]) => string[]} [wrap] changes the command that loads the backend, for example to hide tools
 */
export function backend(folder, wrap = (command) => command, node = process.execPath) {
  return succeed(folder, wrap([node, '--input-type=module', '-e', whichBackend])).output.trim()
}

/** Checks that set-up found nothing to do and was quick. @param {Run} done */
export function quick({ output, seconds }) {
  assert(seconds < 2, `the second set-up took ${seconds.toFixed(1)} s`)
  assert(!/installing|building|compiling/.test(output), `the second set-up did something:\n${output}`)
}
