import { mkdirSync, readFileSync, rmSync, statSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { keepAddon } from '#src/backend/native/addon-cache'
import { loadAddon } from '#src/backend/native/load'
import { tableSignature } from '#src/program/kernels'
import { addonPath, recordAddon } from '../../scripts/native/record.mjs'
import { hashSources } from '../../scripts/native/sources.mjs'
import { temporaryFolder } from '../support/files.js'

const temporary = temporaryFolder()
const addon = { tableSignature }
const notBuilt = { reason: 'the native addon has not been built: run "npx descent-nn build" to build it' }
let root: string
let cache: string
let opened: string[]

beforeEach((context) => {
  const home = join(temporary, context.task.id)
  root = join(home, 'node_modules', 'descent-nn')
  cache = join(home, 'cache')
  opened = []
  vi.stubEnv('XDG_CACHE_HOME', cache)
  vi.stubEnv('LOCALAPPDATA', cache)
  install()
})

afterEach(() => vi.unstubAllEnvs())

/** Installs the package as `npm ci` does: without what was built in an earlier installation. */
function install({ version = '0.1.0', source = '// 1' } = {}) {
  rmSync(root, { recursive: true, force: true })
  mkdirSync(join(root, 'native'), { recursive: true })
  writeFileSync(join(root, 'native', 'addon.cc'), source)
  mkdirSync(join(root, 'dist', 'addon'), { recursive: true })
  const description = { version, napi: 8, hash: hashSources(root) }
  writeFileSync(join(root, 'dist', 'addon', 'sources.json'), JSON.stringify(description))
}

function build(): string {
  mkdirSync(join(root, 'build', 'Release'), { recursive: true })
  writeFileSync(addonPath(root), 'an addon')
  recordAddon(root, 'node-gyp')
  return keepAddon(root)
}

const load = () =>
  loadAddon(root, (path) => {
    opened.push(path)
    return addon
  })

test('an addon that was built once is loaded after the package is installed again', () => {
  const kept = build()
  expect(load()).toEqual({ addon })
  install()
  expect(load()).toEqual({ addon })
  expect(opened).toEqual([addonPath(root), join(kept, 'descent.node')])
  expect(kept.startsWith(join(cache, 'descent', 'addon', `0.1.0-${process.platform}-${process.arch}-`))).toBe(true)
  expect(JSON.parse(readFileSync(join(kept, 'descent.json'), 'utf8')).changed).toBe(
    statSync(join(kept, 'descent.node')).mtimeMs,
  )
})

test('the addon of another version or of other sources is not loaded', () => {
  build()
  install({ version: '0.2.0' })
  expect(load()).toEqual(notBuilt)
  install({ source: '// 2' })
  expect(load()).toEqual(notBuilt)
  expect(opened).toEqual([])
})

test('an addon in the cache is compared with its stamp before it is opened', () => {
  const kept = build()
  install()
  const path = join(kept, 'descent.node')
  const stamp = readFileSync(join(kept, 'descent.json'), 'utf8')
  const rebuild = 'run "npx descent-nn build" to rebuild it'
  writeFileSync(join(kept, 'descent.json'), stamp.replace(hashSources(root), 'f'.repeat(64)))
  expect(load()).toEqual({
    reason: `the native addon ${path} was built from the sources of another version: ${rebuild}`,
  })
  writeFileSync(join(kept, 'descent.json'), stamp)
  writeFileSync(path, 'an adxon')
  utimesSync(path, 1, 1)
  expect(load()).toEqual({ reason: `the native addon ${path} is damaged (8 bytes, built with 8): ${rebuild}` })
  truncateSync(path, 3)
  expect(load()).toEqual({ reason: `the native addon ${path} is damaged (3 bytes, built with 8): ${rebuild}` })
  expect(opened).toEqual([])
})

test('a package that was built again replaces its addon in the cache', () => {
  const kept = build()
  truncateSync(join(kept, 'descent.node'), 3)
  expect(build()).toBe(kept)
  install()
  expect(load()).toEqual({ addon })
})
