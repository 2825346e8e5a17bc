import { builtin } from '../base/builtin.js'
import { ModelError } from '../base/errors.js'

/** The folders in which runs of this thread save their checkpoints now. */
const inUse = new Set<string>()

/**
 * Marks a folder of checkpoints as in use by one run, with the file run.lock. Returns a function that removes the mark.
 * @throws ModelError if another run of this process, or another process on this machine, uses the folder, or if the
 * folder cannot be written
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const { realpath, rm } = builtin('node:fs/promises')
  const place = await realpath(folder)
  const path = builtin('node:path').join(place, 'run.lock')
  const refuse = (user: string, remedy: string): never => {
    throw new ModelError(`${folder} is in use by ${user}: use another folder for this run; ${remedy}`)
  }
  if (inUse.has(place)) refuse('another run of this process', 'or end that run first')
  inUse.add(place)
  try {
    const owner = await mark(path)
    if (owner !== undefined && owner !== process.pid) {
      refuse(`another run, process ${owner}`, `if that run has ended, remove ${path}`)
    }
    return async () => {
      inUse.delete(place)
      // If this process had already marked the folder, its command line wrote the mark and will remove it.
      if (owner === undefined) await rm(path, { force: true }).catch(() => undefined)
    }
  } catch (cause) {
    inUse.delete(place)
    if (cause instanceof ModelError) throw cause
    throw new ModelError(`cannot save checkpoints in ${folder}: ${(cause as Error).message}`, { cause })
  }
}

/**
 * Writes the ID of this process to the file. If the file already names a running process of this machine, leaves the
 * file unchanged and returns the ID of that process.
 */
async function mark(path: string): Promise<number | undefined> {
  const { readFile, writeFile } = builtin('node:fs/promises')
  const host = builtin('node:os').hostname()
  const own = `${process.pid} ${host}\n`
  try {
    await writeFile(path, own, { flag: 'wx' })
    return undefined
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  const [, id, at] = /^(\d+) (.+)\n$/.exec(await readFile(path, 'utf8')) ?? []
  // A mark with another host name is replaced too. A run that was killed in a container may have left it.
  if (id !== undefined && at === host && isRunning(Number(id))) return Number(id)
  await writeFile(path, own)
  return undefined
}

function isRunning(id: number): boolean {
  try {
    process.kill(id, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
