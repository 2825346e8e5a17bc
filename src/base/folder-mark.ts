import { builtin } from './builtin.js'

/** The file run.lock, with which a run marks its folder of checkpoints as in use. */
export interface FolderMark {
  readonly path: string
  /**
   * Who marked the folder before: nobody who is still running, this thread, or another process or thread. In the first
   * case, the mark has just been written for this thread.
   */
  readonly owner: 'nobody' | 'this thread' | 'another'
  /** Names another owner, such as "process 123 on laptop". */
  readonly name: string
}

/**
 * Marks a folder as in use by this thread, unless it is in use already. The mark of a process or a thread that has
 * ended is replaced. `replacesForeign` is whether the mark of another machine is replaced too, because this machine
 * cannot know whether its process has ended.
 */
export function markFolder(folder: string, { replacesForeign }: { readonly replacesForeign: boolean }): FolderMark {
  const { readFileSync, writeFileSync } = builtin('node:fs')
  const { pid } = process
  const host = builtin('node:os').hostname()
  const own = ownThread()
  const path = builtin('node:path').join(folder, 'run.lock')
  const write = (flag: 'wx' | 'w'): FolderMark => {
    writeFileSync(path, `${pid}/${own} ${host}\n`, { flag })
    return { path, owner: 'nobody', name: '' }
  }
  try {
    return write('wx')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  const [, id, thread, at] = /^(\d+)\/(\w+) (.+)\n$/.exec(readFileSync(path, 'utf8')) ?? []
  if (id === undefined) return write('w')
  if (at !== host) {
    return replacesForeign ? write('w') : { path, owner: 'another', name: `process ${id} on ${at}` }
  }
  if (Number(id) !== pid) {
    return isRunning(Number(id)) ? { path, owner: 'another', name: `process ${id} on ${at}` } : write('w')
  }
  if (thread === own) return { path, owner: 'this thread', name: '' }
  return hasEnded(thread, own) ? write('w') : { path, owner: 'another', name: 'in another thread of this process' }
}

/**
 * Returns a name of this thread that no other thread of the process has: on Linux the system's number of the thread,
 * elsewhere the number that Node gives it.
 */
function ownThread(): string {
  try {
    return builtin('node:path').basename(builtin('node:fs').readlinkSync('/proc/thread-self'))
  } catch {
    return `node${builtin('node:worker_threads').threadId}`
  }
}

/** Returns whether a thread of this process has ended. If this cannot be known, returns false. */
function hasEnded(thread: string, own: string): boolean {
  const isKnown = [thread, own].every((name) => /^\d+$/.test(name))
  return isKnown && !builtin('node:fs').existsSync(`/proc/self/task/${thread}`)
}

function isRunning(id: number): boolean {
  try {
    process.kill(id, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
  // A process that has ended keeps its number until its parent takes notice, which may be late in a container.
  try {
    return !/^State:\s+[ZX]/m.test(builtin('node:fs').readFileSync(`/proc/${id}/status`, 'utf8'))
  } catch {
    return true
  }
}
