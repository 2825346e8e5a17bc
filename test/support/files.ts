import { mkdtempSync, rmSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'

/** A folder for one test file, removed after its tests. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'descent-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** The name and message of the error of a promise: "DataError: the whole sentence". Fails if the promise resolves. */
export async function failure(promise: Promise<unknown>): Promise<string> {
  const result = await promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  )
  if ('value' in result) throw new Error(`must fail, but gave ${JSON.stringify(result.value)?.slice(0, 200)}`)
  return String(result.error)
}

/** How many files this process has open on Linux; 0 on other systems. */
export async function openFiles(): Promise<number> {
  return (await readdir('/proc/self/fd').catch(() => [])).length
}
