import { builtin } from '../base/builtin.js'
import { ModelError } from '../base/errors.js'
import { markFolder } from '../base/folder-mark.js'

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
  const refuse = (user: string, remedy: string): never => {
    throw new ModelError(`${folder} is in use by ${user}: use another folder for this run; ${remedy}`)
  }
  if (inUse.has(place)) refuse('another run of this process', 'or end that run first')
  inUse.add(place)
  try {
    // The mark of another machine is replaced, because a run that was killed in a container may have left it.
    const { path, owner, name } = markFolder(place, { replacesForeign: true })
    if (owner === 'another') refuse(`another run, ${name}`, `if that run has ended, remove ${path}`)
    return async () => {
      inUse.delete(place)
      // If this thread had already marked the folder, its command line wrote the mark and will remove it.
      if (owner === 'nobody') await rm(path, { force: true }).catch(() => undefined)
    }
  } catch (cause) {
    inUse.delete(place)
    if (cause instanceof ModelError) throw cause
    throw new ModelError(`cannot save checkpoints in ${folder}: ${(cause as Error).message}`, { cause })
  }
}
