import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { ModelError } from '../../index.js'

/** The paths of the files run.lock that this process has written. The files are removed when the process ends. */
const marks = new Set<string>()

/**
 * Marks a folder of checkpoints as in use by this process, until the process ends. The mark of a process that was killed
 * is replaced.
 * @throws ModelError if another process that is running uses the folder
 */
export function lockFolder(folder: string): void {
  const path = join(folder, 'run.lock')
  const mine = `${process.pid} ${hostname()}\n`
  const refuse = (message: string, cause: unknown): never => {
    throw new ModelError(message, { cause })
  }
  const write = (flag: 'wx' | 'w'): void => writeFileSync(path, mine, { flag })
  try {
    write('wx')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
      refuse(`cannot save checkpoints in ${folder}: ${(error as Error).message}`, error)
    }
    const owner = ownerOf(path)
    if (owner !== undefined) {
      refuse(
        `${folder} is in use by another run, ${owner}: use another --checkpoint; if that run has ended, remove ${path}`,
        error,
      )
    }
    write('w')
  }
  if (marks.size === 0) process.on('exit', removeMarks)
  marks.add(path)
}

function removeMarks(): void {
  for (const path of marks) {
    try {
      rmSync(path, { force: true })
    } catch {
      // The mark of a process that has ended does not hinder the next one.
    }
  }
}

/** Returns the other process that made the lock, such as "process 123 on laptop", or undefined if it has ended. */
function ownerOf(path: string): string | undefined {
  const [, id, host] = /^(\d+) (.+)\n$/.exec(readFileSync(path, 'utf8')) ?? []
  if (id === undefined || (host === hostname() && !isOther(Number(id)))) return undefined
  return `process ${id} on ${host}`
}

function isOther(id: number): boolean {
  if (id === process.pid) return false
  try {
    process.kill(id, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
