import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { dependenciesProblem, installArguments } from '../../scripts/setup/dependencies.mjs'

const packages = {
  'node_modules/vitest': { version: '4.1.12', integrity: 'sha512-a' },
  'node_modules/typescript': { version: '5.9.3', integrity: 'sha512-b' },
  'node_modules/for-linux': { version: '1.0.0', integrity: 'sha512-c', optional: true, os: ['linux'], cpu: ['x64'] },
  'node_modules/for-mac': { version: '1.0.0', integrity: 'sha512-d', optional: true, os: ['darwin'] },
}

const { 'node_modules/for-mac': _, ...installed } = packages

let root: string

function write(path: string, value: object) {
  mkdirSync(join(root, path, '..'), { recursive: true })
  writeFileSync(join(root, path), JSON.stringify(value))
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'descent-packages-'))
  write('package-lock.json', { packages: { '': { name: 'descent' }, ...packages } })
  write('node_modules/.package-lock.json', { packages: installed })
  write('node_modules/.bin/vitest', {})
  for (const [path, { version }] of Object.entries(installed)) write(`${path}/package.json`, { version })
})

afterEach(() => rmSync(root, { recursive: true }))

const problem = (machine = { platform: 'linux', arch: 'x64' }) => dependenciesProblem(root, machine)

test('a complete installation needs nothing', () => {
  expect(problem()).toBeUndefined()
})

test('a fresh clone', () => {
  rmSync(join(root, 'node_modules'), { recursive: true })
  expect(problem()).toBe('there is no node_modules yet')
})

test('an installation that was interrupted', () => {
  rmSync(join(root, 'node_modules', '.package-lock.json'))
  expect(problem()).toBe('the last installation of the packages was interrupted')
})

test('a newer lock file', () => {
  const next = { ...packages, 'node_modules/vitest': { version: '4.2.0', integrity: 'sha512-e' } }
  write('package-lock.json', { packages: next })
  expect(problem()).toBe('node_modules/vitest is not the version that package-lock.json names')
})

test('a missing package', () => {
  rmSync(join(root, 'node_modules', 'typescript'), { recursive: true })
  expect(problem()).toBe('node_modules/typescript is incomplete')
})

test('a package of another version, or a truncated one', () => {
  write('node_modules/typescript/package.json', { version: '4.0.0' })
  expect(problem()).toBe('node_modules/typescript is incomplete')
  writeFileSync(join(root, 'node_modules/typescript/package.json'), '{ "versi')
  expect(problem()).toBe('node_modules/typescript is incomplete')
})

test('missing links to programs', () => {
  rmSync(join(root, 'node_modules', '.bin'), { recursive: true })
  expect(problem()).toBe('node_modules/.bin is incomplete')
})

test('a folder that was installed on another platform', () => {
  expect(problem({ platform: 'linux', arch: 'arm64' })).toBe('node_modules/for-linux is for another platform')
})

test('npm installs the build tools whatever the settings, and runs no install scripts', () => {
  expect(installArguments.join(' ')).toBe(
    'ci --ignore-scripts --include=dev --include=optional --prefer-offline --no-audit --no-fund',
  )
})
