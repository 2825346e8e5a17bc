/** Set-up writes what the loader reads: here the two meet. */
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
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

test('the loader opens an addon that set-up wrote down', () => {
  writeFileSync(addonPath(root), 'an addon')
  recordAddon(root, 'node-gyp')
  const addon = { tableSignature }
  expect(loadAddon(root, () => addon)).toEqual({ addon })
})

test('the loader does not open one that was cut short since', () => {
  writeFileSync(addonPath(root), 'an addon')
  recordAddon(root, 'node-gyp')
  truncateSync(addonPath(root), 2)
  const result = loadAddon(root, () => {
    throw new Error('must not be opened')
  })
  expect('reason' in result && result.reason).toContain('is damaged (2 bytes, built with 8)')
})

test('the loader quotes why there is none, and what helps', () => {
  recordFailure(root, { reason: 'This machine lacks make.', remedy: 'Run `apt-get install make`.' })
  const result = loadAddon(root)
  expect('reason' in result && result.reason).toContain('This machine lacks make. Run `apt-get install make`.')
})
