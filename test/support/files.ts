import { mkdtempSync, rmSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'

/** A folder of the test file's own, removed after its tests. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'descent-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** "DataError: the whole sentence", to be compared as one; a promise that is kept is a failure of the test. */
export async function failure(promise: Promise<unknown>): Promise<string> {
  const result = await promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  )
  if ('value' in result) throw new Error(`must fail, but gave ${JSON.stringify(result.value)?.slice(0, 200)}`)
  return String(result.error)
}

/** How many files this process has open, where the platform tells (Linux), else 0. */
export async function openFiles(): Promise<number> {
  return (await readdir('/proc/self/fd').catch(() => [])).length
}
