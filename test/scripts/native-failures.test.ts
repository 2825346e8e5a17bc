import { rmSync } from 'node:fs'
import { expect, test } from 'vitest'
import { bare, plainUser, ready } from './machines.js'
import { addon, build, ensure, json, never, news, readAddon } from './world.js'

test('missing packages are installed, and then the addon is built', async () => {
  const machines = [bare, ready]
  const installed: unknown[] = []
  const result = await ensure({
    look: () => machines.shift(),
    install: async ({ program }: { program: string }, packages: string[], how: object) =>
      void installed.push([program, packages, how]),
  })
  expect(result).toEqual({ native: true })
  expect(installed).toEqual([['apt-get', ['g++', 'make', 'python3', 'libopenblas-dev'], { sudo: false }]])
  expect(news()[1]).toBe('installing g++, make, python3 and libopenblas-dev with apt-get.')
})

test('an unreachable apt is quoted, recorded, and not tried again at every start', async () => {
  const failure = {
    native: false,
    reason: "apt-get could not install libopenblas-dev: Temporary failure resolving 'deb.debian.org'.",
    remedy:
      'Run `apt-get update && apt-get install -y --no-install-recommends libopenblas-dev`, then `npm run build:native`.',
  }
  const look = () => ({ ...ready, openblas: undefined })
  const install = async () => "Temporary failure resolving 'deb.debian.org'"
  expect(await ensure({ look, install })).toEqual(failure)
  expect(json('build/native-failure.json')).toEqual({
    reason: failure.reason,
    remedy: failure.remedy,
    machine: expect.stringMatching(/^[0-9a-f]{64}$/),
    at: '2026-01-01T12:00:00.000Z',
  })
  news()
  expect(await ensure({ look, install: never })).toEqual(failure)
  expect(news()).toEqual([])
})

test('a failed build is tried again after an hour', async () => {
  const look = () => ({ ...ready, openblas: undefined })
  await ensure({ look, install: async () => 'no network' })
  let asked = 0
  const install = async () => void asked++
  await ensure({ look, install, now: () => new Date('2026-01-01T12:59:00Z') })
  expect(asked).toBe(0)
  await ensure({ look, install, now: () => new Date('2026-01-01T13:01:00Z') })
  expect(asked).toBe(1)
})

test('tools that were installed later are found at the next start', async () => {
  const result = await ensure({ look: () => ({ ...bare, ...plainUser }), install: never })
  expect(result).toMatchObject({ native: false })
  expect(await ensure()).toEqual({ native: true })
  expect(() => json('build/native-failure.json')).toThrow('ENOENT')
})

test('DESCENT_NO_SYSTEM_PACKAGES forbids installations', async () => {
  const look = () => ({ ...ready, compiler: undefined })
  const result = await ensure({ look, install: never }, { env: { DESCENT_NO_SYSTEM_PACKAGES: '1' } })
  expect(result).toEqual({
    native: false,
    reason: 'This machine lacks a C++ compiler, and set-up may not install system packages.',
    remedy: 'Run `apt-get update && apt-get install -y --no-install-recommends g++`, then `npm run build:native`.',
  })
})

test('an installation that does not help is not repeated', async () => {
  const result = await ensure({ look: () => ({ ...ready, python: undefined }) })
  expect(result).toMatchObject({
    reason: 'This machine lacks Python 3, although apt-get says that it has installed python3.',
  })
})

test('a failed build prints the end of its log, and says what was wrong', async () => {
  const output = `${'make: a line\n'.repeat(40)}../native/addon.cc:3:10: fatal error: cblas.h: No such file or directory\nmake: *** Error 1\n`
  const result = await ensure({ build: async () => ({ ok: false, output }) })
  expect(result).toEqual({
    native: false,
    reason:
      'The native sources could not be compiled by node-gyp: ../native/addon.cc:3:10: fatal error: cblas.h: No such file or directory.',
    remedy: 'Read build/native.log, then run `npm run build:native`.',
  })
  const shown = news().at(-1)?.split('\n') ?? []
  expect(shown[0]).toBe('node-gyp failed; the end of its log:')
  expect(shown.length).toBe(26)
  expect(shown.at(-1)).toBe('make: *** Error 1')
})

test('a build that was asked for is recorded if it fails and leaves no addon', async () => {
  await ensure()
  const fail = async () => ({ ok: false, output: 'addon.cc:1: error: no' })
  expect(await ensure({ build: fail }, { again: true })).toMatchObject({ native: false })
  // The old addon is still there and works.
  expect(() => json('build/native-failure.json')).toThrow('ENOENT')
  const removed = async () => {
    rmSync(addon())
    return fail()
  }
  const reason = 'The native sources could not be compiled by node-gyp: addon.cc:1: error: no.'
  expect(await ensure({ build: removed }, { again: true })).toMatchObject({ native: false, reason })
  expect(json('build/native-failure.json')).toMatchObject({ reason })
})

test('cmake-js is tried if node-gyp fails', async () => {
  const look = () => ({ ...ready, cmake: 'cmake' })
  const result = await ensure({
    look,
    build: (builder: string) =>
      builder === 'node-gyp' ? { ok: false, output: 'No module named distutils' } : build(builder),
  })
  expect(result).toEqual({ native: true })
  expect(json('build/Release/descent.json').builder).toBe('cmake-js')
})

test('an addon that was built but does not load counts as a failure', async () => {
  const result = await ensure({ loadProblem: () => 'undefined symbol: cblas_sgemm' })
  expect(result).toEqual({
    native: false,
    reason: 'The addon that node-gyp built cannot be loaded: undefined symbol: cblas_sgemm.',
    remedy: 'Read build/native.log, then run `npm run build:native`.',
  })
  expect(() => readAddon()).toThrow('ENOENT')
})

test('an addon that matches but cannot be loaded stays, because OpenBLAS may be installed again', async () => {
  await ensure()
  const moved = {
    loadProblem: () => 'libopenblas.so.0 is gone',
    look: () => ({ ...ready, ...plainUser, openblas: undefined }),
  }
  expect(await ensure(moved)).toMatchObject({ native: false })
  news()
  expect(await ensure({ ...moved, install: never, build: never })).toMatchObject({ native: false })
  expect(news()).toEqual([])
  expect(await ensure({ look: never })).toEqual({ native: true })
})
