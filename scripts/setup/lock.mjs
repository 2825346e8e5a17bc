import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { SetUpError } from './set-up-error.mjs'

/**
 * A lock file that is older than this number of minutes was left behind by a killed process, because set-up takes only
 * a few minutes.
 */
const longestMinutes = 20

/** @param {string} path */
function isLeftBehind(path) {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (!stat) return true
  if (Date.now() - stat.mtimeMs > longestMinutes * 60_000) return true
  try {
    process.kill(Number(readFileSync(path, 'utf8')), 0)
    return false
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code !== 'EPERM'
  }
}

/**
 * Runs `work` while holding a lock, so that two processes never build in the same folder.
 *
 * @template T
 * @param {string} path the lock file
 * @param {() => Promise<T>} work
 * @param {(text: string) => void} say
 */
export async function withLock(path, work, say) {
  for (let told = false; ; ) {
    try {
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, String(process.pid), { flag: 'wx' })
      break
    } catch (error) {
      const { code, message } = /** @type {NodeJS.ErrnoException} */ (error)
      if (code !== 'EEXIST')
        throw new SetUpError(`Set-up cannot write to this folder (${message}): run it as the user who owns the folder.`)
      if (isLeftBehind(path)) {
        rmSync(path, { force: true })
        continue
      }
      if (!told) say('another process is setting up this folder; waiting for it.')
      told = true
      await pause(200)
    }
  }
  try {
    return await work()
  } finally {
    rmSync(path, { force: true })
  }
}
