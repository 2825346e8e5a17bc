import { statSync, truncateSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { bare, plainUser } from './machines.js'
import { addon, buildsSoFar, changeSources, ensure, json, never, news, readAddon } from './world.js'

test('builds the addon, and writes its description beside it', async () => {
  expect(await ensure()).toEqual({ native: true })
  expect(news()).toEqual(['building the native backend: it is not built yet.', 'compiling native/ with node-gyp.'])
  expect(json('build/Release/descent.json')).toEqual({
    size: 7,
    changed: statSync(addon()).mtimeMs,
    sha256: '4f4db9cc1b8c15785ace09adbe78efd7f1c80a2bb5f93d7a938e0d98551b39de',
    sources: expect.stringMatching(/^[0-9a-f]{64}$/),
    builder: 'node-gyp',
    napi: 8,
  })
})

test('the second time, does nothing and prints nothing', async () => {
  await ensure()
  news()
  expect(await ensure({ look: never, build: never })).toEqual({ native: true })
  expect(news()).toEqual([])
})

test('builds again on request', async () => {
  await ensure()
  await ensure({}, { again: true })
  expect(buildsSoFar()).toEqual(['node-gyp', 'node-gyp'])
})

test('a truncated addon is rebuilt, and never loaded', async () => {
  await ensure()
  truncateSync(addon(), 3)
  news()
  const loads: string[] = []
  const loadProblem = () => void loads.push(readAddon())
  expect(await ensure({ loadProblem })).toEqual({ native: true })
  expect(news()[0]).toBe('building the native backend: build/Release/descent.node has 3 bytes, not 7.')
  expect(loads).toEqual(['addon 2'])
})

test('an addon of the right size with other bytes is rebuilt', async () => {
  await ensure()
  writeFileSync(addon(), 'ADDON 1')
  news()
  await ensure()
  expect(news()[0]).toBe('building the native backend: build/Release/descent.node has been altered.')
})

test('changed sources are built even if the old addon loads', async () => {
  await ensure()
  changeSources('version 2')
  news()
  await ensure()
  expect(news()[0]).toBe('building the native backend: the native sources have changed.')
})

test('an addon from another machine that does not load is rebuilt', async () => {
  await ensure()
  news()
  const problems = ['libopenblas.so.0: cannot open shared object file', undefined]
  expect(await ensure({ loadProblem: () => problems.shift() })).toEqual({ native: true })
  expect(news()[0]).toBe(
    'building the native backend: it cannot be loaded (libopenblas.so.0: cannot open shared object file).',
  )
})

test('a stale addon is removed if no new one can be built', async () => {
  await ensure()
  changeSources('version 2')
  await ensure({ look: () => ({ ...bare, ...plainUser }) })
  expect(() => readAddon()).toThrow('ENOENT')
  expect(() => json('build/Release/descent.json')).toThrow('ENOENT')
})

test('a good addon stays if rebuilding it fails', async () => {
  await ensure()
  const result = await ensure({ look: () => ({ ...bare, ...plainUser }) }, { again: true })
  expect(result).toMatchObject({ native: false })
  expect(readAddon()).toBe('addon 1')
})
