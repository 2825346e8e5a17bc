import { rmSync } from 'node:fs'
import { type FolderMark, markFolder } from '../../base/folder-mark.js'
import { ModelError } from '../../index.js'

/** The paths of the files run.lock that this process has written. The files are removed when the process ends. */
const marks = new Set<string>()

/**
 * Marks a folder of checkpoints as in use by this process, until the process ends. The mark of a process that was killed
 * is replaced.
 * @throws ModelError if another process that is running uses the folder
 */
export function lockFolder(folder: string): void {
  const { path, owner, name } = mark(folder)
  if (owner === 'another') {
    throw new ModelError(
      `${folder} is in use by another run, ${name}: use another --checkpoint; if that run has ended, remove ${path}`,
    )
  }
  if (marks.size === 0) process.on('exit', removeMarks)
  marks.add(path)
}

function mark(folder: string): FolderMark {
  try {
    // After a restart, the process that left the mark on another machine has ended with its job.
    return markFolder(folder, { replacesForeign: Number(process.env.DESCENT_RESTART_COUNT ?? 0) > 0 })
  } catch (cause) {
    throw new ModelError(`cannot save checkpoints in ${folder}: ${(cause as Error).message}`, { cause })
  }
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
