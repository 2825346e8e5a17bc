import { homedir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { cacheFolder } from '#src/base/cache-folder'

afterEach(() => vi.unstubAllEnvs())

test('the variables of the system name the cache folder, if their paths are absolute', () => {
  vi.stubEnv('XDG_CACHE_HOME', '/caches')
  vi.stubEnv('LOCALAPPDATA', '/local')
  expect(cacheFolder('linux')).toBe(join('/caches', 'descent'))
  expect(cacheFolder('darwin')).toBe(join('/caches', 'descent'))
  expect(cacheFolder('win32')).toBe(join('/local', 'descent'))
  vi.stubEnv('XDG_CACHE_HOME', 'caches')
  expect(cacheFolder('linux')).toBe(join(homedir(), '.cache', 'descent'))
})

test('without these variables, the cache folder is where each system has it', () => {
  vi.stubEnv('XDG_CACHE_HOME', undefined)
  vi.stubEnv('LOCALAPPDATA', undefined)
  expect(cacheFolder('linux')).toBe(join(homedir(), '.cache', 'descent'))
  expect(cacheFolder('darwin')).toBe(join(homedir(), 'Library', 'Caches', 'descent'))
  expect(cacheFolder('win32')).toBe(join(homedir(), 'AppData', 'Local', 'descent'))
})
