import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { checkFiles, readOptions, wholeNumber, withText } from '../../bench/command-line.js'
import { temporaryFolder } from '../support/files.js'

const folder = temporaryFolder()
let said: string

beforeEach(() => {
  said = ''
  vi.spyOn(console, 'error').mockImplementation((text) => {
    said += text
  })
  vi.spyOn(process, 'exit').mockImplementation((code) => {
    throw new Error(`exit ${code}`)
  })
})
afterEach(() => {
  vi.restoreAllMocks()
})

it('a program with a wrong option ends with a sentence before it measures anything', async () => {
  const cases = [{ name: '784-30-10, batch 10' }, { name: '784-30-10, one row' }]
  expect(() => withText('case', 'nosuch', cases)).toThrow('exit 2')
  expect(said).toBe('--case: no name contains nosuch; the names are 784-30-10, batch 10; 784-30-10, one row')
  expect(withText('case', 'row', cases)).toEqual([cases[1]])
  said = ''
  expect(() => wholeNumber('rounds', '0')).toThrow('exit 2')
  expect(said).toBe('--rounds must be a whole number of at least 1, not 0')
  said = ''
  const lost = join(folder, 'none', 'report.json')
  await expect(checkFiles([undefined, lost])).rejects.toThrow('exit 2')
  expect(said).toBe(`cannot write ${lost}: there is no folder ${join(folder, 'none')}`)
  expect(existsSync(lost)).toBe(false)
})

it('an unknown option shows the usage', () => {
  const argv = vi.spyOn(process, 'argv', 'get').mockReturnValue(['node', 'bench.js', '--sizes', '3'])
  expect(() => readOptions('usage', { size: { type: 'string' } })).toThrow('exit 2')
  expect(said).toMatch(/^Unknown option '--sizes'.*\n\nusage$/)
  argv.mockReturnValue(['node', 'bench.js', '--size', '3'])
  expect(readOptions('usage', { size: { type: 'string' } })).toEqual({ size: '3' })
})
