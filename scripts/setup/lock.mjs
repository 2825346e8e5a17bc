import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { SetUpError } from './set-up-error.mjs'

/**
 * Returns the number of a process, followed by the time of its start if the system tells it. So another process that
 * later gets the same number is not mistaken for this one. Returns undefined if no such process is running.
 *
 * @param {number} id
 */
function describeProcess(id) {
  try {
    process.kill(id, 0)
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EPERM') return undefined
  }
  try {
    // The name of the program is in parentheses and may contain spaces. The 20th field after the name is the time at
    // which the process started.
    const start = readFileSync(`/proc/${id}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[19]
    return `${id} ${start}`
  } catch {
    return String(id)
  }
}

/** Returns the number of the process that holds the lock, or undefined if it has ended. @param {string} path */
function ownerOf(path) {
  try {
    const mark = readFileSync(path, 'utf8')
    const id = Number(mark.split(' ')[0])
    const now = describeProcess(id)
    // The system may hide when a process of another user started. Then compare the number of the process only.
    return now === mark || now === String(id) ? id : undefined
  } catch {
    return undefined
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
      writeFileSync(path, describeProcess(process.pid) ?? '', { flag: 'wx' })
      break
    } catch (error) {
      const { code, message } = /** @type {NodeJS.ErrnoException} */ (error)
      if (code !== 'EEXIST')
        throw new SetUpError(`Set-up cannot write to this folder (${message}): run it as the user who owns the folder.`)
      const owner = ownerOf(path)
      if (owner === undefined) {
        rmSync(path, { force: true })
        continue
      }
      if (!told)
        say(`another process (${owner}) is setting up this folder; waiting for it. If that is not so, remove ${path}.`)
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
