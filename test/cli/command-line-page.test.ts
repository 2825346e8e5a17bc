import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../support/files.js'
import { run } from './program.js'

const page = readFileSync(new URL('../../docs/reference/command-line.md', import.meta.url), 'utf8')
const folder = temporaryFolder()

/** Options and meanings as they stand below each other: in the help, and in the rows of the page's tables. */
const inHelp = (help: string): string[][] =>
  [...help.replaceAll(/\n {30,}/g, ' ').matchAll(/^ {2}(-.*?) {2,}(.*)$/gm)].map(([, option, meaning]) => [
    option,
    meaning,
  ])
const inPage = (): string[][] =>
  [...page.matchAll(/^\| `(-.*?)` \| (.*) \|$/gm)].map(([, option, meaning]) => [
    option,
    meaning.replaceAll('\\|', '|'),
  ])

describe.concurrent('docs/reference/command-line.md', () => {
  it('has the options that descent-nn train --help has, and with the same texts', async () => {
    const { stdout } = await run(['train', '--help'])
    expect(inHelp(stdout).length).toBeGreaterThan(40)
    expect(inPage().sort()).toEqual(inHelp(stdout).sort())
  })

  it('shows the description that its command writes', async () => {
    const [, command] = /```sh\ndescent-nn (.*)\n```/.exec(page) ?? []
    const [, description] = /```json\n([\s\S]*?)```/.exec(page) ?? []
    const cwd = join(folder, 'run')
    mkdirSync(cwd)
    const { code } = await run(command.split(' '), { cwd, env: { DESCENT_BACKEND: 'typescript' } })
    expect(code).toBe(0)
    expect(readFileSync(join(cwd, 'digits.json'), 'utf8')).toBe(description)
  })
})
