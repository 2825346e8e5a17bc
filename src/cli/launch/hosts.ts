import { readFile } from 'node:fs/promises'
import { DataError } from '../../index.js'
import type { Kind } from '../parsing/option-parsers.js'

/** A machine, and the number of processes that it should run. */
export interface Host {
  readonly name: string
  readonly slots: number
}

const pattern = /^([A-Za-z0-9][\w.-]*)(?::([1-9]\d{0,5}))?$/

/** Parses "a:4". A name alone stands for one process. */
function readHost(text: string): Host | undefined {
  const [, name, slots = '1'] = pattern.exec(text) ?? []
  return name === undefined ? undefined : { name, slots: Number(slots) }
}

/** Adds up the slots of hosts that are named several times. */
function merged(hosts: readonly Host[]): Host[] {
  const slots = new Map<string, number>()
  for (const host of hosts) slots.set(host.name, (slots.get(host.name) ?? 0) + host.slots)
  return [...slots].map(([name, slots]) => ({ name, slots }))
}

/** Accepts hosts and their numbers of processes, such as "a:4,b:4". */
export const hostsKind: Kind<Host[]> = {
  expected: 'hosts and their numbers of processes, such as a:4,b:4',
  read(text) {
    const hosts = text.split(',').map((part) => readHost(part.trim()))
    return hosts.every((host) => host !== undefined) ? merged(hosts) : undefined
  },
}

/**
 * Reads a file with a host on each line, as Open MPI ("a slots=4") or MPICH ("a:4") writes it. A line that begins with #
 * is a comment.
 * @throws DataError if the file cannot be read, has no host, or has a line of another form
 */
export async function readHostfile(path: string): Promise<Host[]> {
  const text = await readFile(path, 'utf8').catch((cause: Error) => {
    throw new DataError(`cannot read the hosts in ${path}: ${cause.message}`, { cause })
  })
  const hosts = text.split(/\r?\n/).flatMap((line, i) => {
    const [content] = line.split('#', 1)
    const [host, ...rest] = content.trim().split(/\s+/)
    if (host === '') return []
    const [, slots] = /^slots=([1-9]\d{0,5})$/.exec(rest.find((word) => word.startsWith('slots=')) ?? '') ?? []
    const unknown = rest.some((word) => !/^(max[_-])?slots=[1-9]\d{0,5}$/.test(word))
    const read = unknown ? undefined : readHost(slots === undefined ? host : `${host}:${slots}`)
    if (read) return [read]
    throw new DataError(
      `${path}, line ${i + 1}: a host must be written as "a:4" or "a slots=4", not ${JSON.stringify(content.trim())}`,
    )
  })
  if (hosts.length === 0) throw new DataError(`${path} must have a host on each line, but it has none`)
  return merged(hosts)
}

/** Returns the number of processes that all hosts should run together. */
export function slotsOf(hosts: readonly Host[]): number {
  return hosts.reduce((sum, { slots }) => sum + slots, 0)
}
