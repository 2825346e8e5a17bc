import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { copySources, hashSources, writePackedFiles } from '../../scripts/native/sources.mjs'
import { temporaryFolder } from '../support/files.js'

const temporary = temporaryFolder()

function clone(name: string): string {
  const root = join(temporary, name)
  mkdirSync(join(root, 'native'), { recursive: true })
  writeFileSync(join(root, 'native', 'addon.cc'), '// 1')
  writeFileSync(join(root, 'binding.gyp'), '{}')
  writeFileSync(join(root, 'package.json'), '{ "version": "1.2.3" }')
  return root
}

const described = (root: string) => JSON.parse(readFileSync(join(root, 'dist/addon/sources.json'), 'utf8'))

test('the packed package has a copy of binding.gyp in dist, and the hash of its sources', () => {
  const root = clone('packed')
  writePackedFiles(root)
  expect(described(root)).toEqual({ version: '1.2.3', napi: 8, hash: hashSources(root) })
  writeFileSync(join(root, 'native', 'addon.cc'), '// 2')
  writePackedFiles(root)
  expect(described(root).hash).toBe(hashSources(root))

  const before = hashSources(root)
  rmSync(join(root, 'binding.gyp'))
  expect(hashSources(root)).toBe(before)
})

test('a build finds binding.gyp and all headers, in a clone and in the packed package', () => {
  const root = clone('built')
  writePackedFiles(root)
  for (const name of ['clone', 'package']) {
    const folder = join(temporary, `build-${name}`)
    mkdirSync(folder)
    copySources(root, folder)
    expect(readFileSync(join(folder, 'binding.gyp'), 'utf8')).toBe('{}')
    expect(existsSync(join(folder, 'native/addon.cc'))).toBe(true)
    expect(existsSync(join(folder, 'node_modules/node-addon-api/napi.h'))).toBe(true)
    rmSync(join(root, 'binding.gyp'), { force: true })
  }
})
