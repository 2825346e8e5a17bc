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

/** The words of a CMake command, such as add_library(descent MODULE ...), after its first two. */
function cmakeWords(command: string): string[] {
  const text = readFileSync('CMakeLists.txt', 'utf8')
  const [, words] = text.match(new RegExp(`^${command}\\(([^)]*)\\)`, 'm')) ?? []
  return (words ?? '').trim().split(/\s+/).slice(2)
}

const onDisk = readdirSync('native', { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.cc'))
  .map((file) => `native/${file.replaceAll('\\', '/')}`)
  .sort()

test('binding.gyp names the sources that are there', () => {
  expect(gypTarget().target_name).toBe('descent')
  expect(gypTarget().sources).toEqual(onDisk)
})

test('CMakeLists.txt names the same', () => {
  expect(cmakeWords('add_library')).toEqual(onDisk)
})

test('both define the same', () => {
  // CMake's Release configuration defines NDEBUG by itself.
  const gyp = gypTarget().defines.filter((name) => name !== 'NDEBUG')
  expect(cmakeWords('target_compile_definitions')).toEqual(gyp)
})

test('no build gives up what IEEE 754 says', () => {
  for (const file of ['binding.gyp', 'CMakeLists.txt']) {
    expect(readFileSync(file, 'utf8')).not.toMatch(/-Ofast|-ffast-math|-funsafe-math|-ffinite-math|-march=native/)
  }
})
