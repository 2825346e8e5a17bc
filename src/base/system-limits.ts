/** Says what helps if a process has reached a limit of the system. In messages, these texts follow a colon. */

export const tooManyFiles = 'close files, or raise the limit of open files (ulimit -n)'

/** What helps, by the name of the system's error. */
const remedies: Readonly<Record<string, string>> = {
  EAGAIN: 'use fewer threads, or raise the limit of processes and threads (ulimit -u)',
  EMFILE: tooManyFiles,
}

/** Returns what helps against an error of the system, such as 'EAGAIN'. Undefined if that is not known. */
export function remedyFor(name: string): string | undefined {
  return Object.hasOwn(remedies, name) ? remedies[name] : undefined
}
