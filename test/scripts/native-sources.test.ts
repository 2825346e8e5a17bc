import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

interface Target {
  target_name: string
  sources: string[]
  defines: string[]
}

function gypTarget(): Target {
  const withoutComments = readFileSync('binding.gyp', 'utf8').replaceAll(/^\s*#.*$/gm, '')
  return JSON.parse(withoutComments).targets[0]
}

/** The arguments of a CMake command, such as add_library(descent MODULE ...), after the first two. */
function cmakeWords(command: string): string[] {
  const text = readFileSync('CMakeLists.txt', 'utf8')
  const [, words] = text.match(new RegExp(`^${command}\\(([^)]*)\\)`, 'm')) ?? []
  return (words ?? '').trim().split(/\s+/).slice(2)
}

const onDisk = readdirSync('native', { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.cc'))
  .map((file) => `native/${file.replaceAll('\\', '/')}`)
  .sort()

test('binding.gyp lists the existing sources', () => {
  expect(gypTarget().target_name).toBe('descent')
  expect(gypTarget().sources).toEqual(onDisk)
})

test('CMakeLists.txt lists the same sources', () => {
  expect(cmakeWords('add_library')).toEqual(onDisk)
})

test('both have the same definitions', () => {
  // CMake's Release configuration already defines NDEBUG.
  const gyp = gypTarget().defines.filter((name) => name !== 'NDEBUG')
  expect(cmakeWords('target_compile_definitions')).toEqual(gyp)
})

test('both builds keep to IEEE 754', () => {
  for (const file of ['binding.gyp', 'CMakeLists.txt']) {
    expect(readFileSync(file, 'utf8')).not.toMatch(/-Ofast|-ffast-math|-funsafe-math|-ffinite-math|-march=native/)
  }
})
