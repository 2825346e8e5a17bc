/** Checks that the loader understands what set-up writes. */
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { loadAddon } from '#src/backend/native/load'
import { tableSignature } from '#src/program/kernels'
import { addonPath, recordAddon, recordFailure } from '../../scripts/native/record.mjs'

let root: string

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'descent-record-'))
  mkdirSync(join(root, 'build', 'Release'), { recursive: true })
})

afterEach(() => rmSync(root, { recursive: true }))

test('the loader opens an addon that set-up recorded', () => {
  writeFileSync(addonPath(root), 'an addon')
  recordAddon(root, 'node-gyp')
  const addon = { tableSignature }
  expect(loadAddon(root, () => addon)).toEqual({ addon })
})

test('the loader hashes an addon only if it was changed or copied since', () => {
  writeFileSync(addonPath(root), 'an addon')
  recordAddon(root, 'node-gyp')
  const addon = { tableSignature }
  const open = () => addon
  const { mtimeMs } = statSync(addonPath(root))
  const copied = new Date(mtimeMs - 60_000)
  utimesSync(addonPath(root), copied, copied)
  expect(loadAddon(root, open)).toEqual({ addon })
  writeFileSync(addonPath(root), 'an adxon')
  utimesSync(addonPath(root), copied, copied)
  expect(loadAddon(root, open)).toHaveProperty('reason')

  // A record with a wrong hash shows whether the loader compared it.
  const stamp = JSON.parse(readFileSync(join(root, 'build', 'Release', 'descent.json'), 'utf8'))
  stamp.changed = statSync(addonPath(root)).mtimeMs
  writeFileSync(join(root, 'build', 'Release', 'descent.json'), JSON.stringify(stamp))
  expect(loadAddon(root, open)).toEqual({ addon })
})

test('set-up records when the addon was last changed', () => {
  writeFileSync(addonPath(root), 'an addon')
  recordAddon(root, 'node-gyp')
  const { changed } = JSON.parse(readFileSync(join(root, 'build', 'Release', 'descent.json'), 'utf8'))
  expect(changed).toBe(statSync(addonPath(root)).mtimeMs)
})

test('the loader does not open an addon that was truncated since', () => {
  writeFileSync(addonPath(root), 'an addon')
  recordAddon(root, 'node-gyp')
  truncateSync(addonPath(root), 2)
  const result = loadAddon(root, () => {
    throw new Error('must not be opened')
  })
  expect('reason' in result && result.reason).toContain('is damaged (2 bytes, built with 8)')
})

test('the loader quotes why there is no addon, and what helps', () => {
  recordFailure(root, { reason: 'This machine lacks make.', remedy: 'Run `apt-get install make`.' })
  const result = loadAddon(root)
  expect('reason' in result && result.reason).toContain('This machine lacks make. Run `apt-get install make`.')
})
