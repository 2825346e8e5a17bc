import { existsSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { withLock } from '../../scripts/setup/lock.mjs'

let folder: string
let lock: string
let waiting: Promise<void>

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'descent-lock-'))
  lock = join(folder, 'deeper', 'setup.lock')
})

afterEach(() => rmSync(folder, { recursive: true }))

const silent = () => {}

test('one process works while the other waits', async () => {
  const events: string[] = []
  const said: string[] = []
  const work = (name: string) => async () => {
    events.push(`${name} begins`)
    await new Promise((resolve) => setTimeout(resolve, 100))
    events.push(`${name} ends`)
  }
  await Promise.all(['a', 'b'].map((name) => withLock(lock, work(name), (text: string) => said.push(text))))
  expect(events).toEqual(['a begins', 'a ends', 'b begins', 'b ends'])
  expect(said).toEqual([
    `another process (${process.pid}) is setting up this folder; waiting for it. If that is not so, remove ${lock}.`,
  ])
  expect(existsSync(lock)).toBe(false)
})

test('work that fails leaves no lock', async () => {
  const work = async () => {
    throw new Error('no room')
  }
  await expect(withLock(lock, work, silent)).rejects.toThrow('no room')
  expect(existsSync(lock)).toBe(false)
})

test('the lock of a dead process is taken over', async () => {
  await withLock(lock, async () => {}, silent)
  writeFileSync(lock, '999999999')
  expect(await withLock(lock, async () => 'done', silent)).toBe('done')
})

test('a process that is still running keeps its lock, however old it is', async () => {
  const said: string[] = []
  const events: string[] = []
  await withLock(
    lock,
    async () => {
      const hourAgo = Date.now() / 1000 - 3600
      utimesSync(lock, hourAgo, hourAgo)
      const other = withLock(
        lock,
        async () => void events.push('the other begins'),
        (text: string) => said.push(text),
      )
      other.catch(() => undefined)
      await new Promise((resolve) => setTimeout(resolve, 500))
      events.push('the owner ends')
      waiting = other
    },
    silent,
  )
  await waiting
  expect(events).toEqual(['the owner ends', 'the other begins'])
  expect(said).toEqual([
    `another process (${process.pid}) is setting up this folder; waiting for it. If that is not so, remove ${lock}.`,
  ])
})

test.runIf(process.platform === 'linux')(
  'a lock is taken over if its process ended and another one has its number',
  async () => {
    await withLock(lock, async () => {}, silent)
    writeFileSync(lock, `${process.pid} 1`)
    expect(await withLock(lock, async () => 'done', silent)).toBe('done')
  },
)

test('a folder that is not writable is reported', async () => {
  writeFileSync(join(folder, 'file'), '')
  const there = join(folder, 'file', 'deeper', 'setup.lock')
  await expect(withLock(there, async () => {}, silent)).rejects.toThrow(
    `Set-up cannot write to this folder (ENOTDIR: not a directory, mkdir '${join(folder, 'file', 'deeper')}'): run it as the user who owns the folder.`,
  )
})
