import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from './support/files.js'
import { mnistFolder } from './support/mnist.js'
import { withoutWarnings } from './support/node-warnings.js'

const root = fileURLToPath(new URL('..', import.meta.url))
const pages = join(root, 'docs/learn')
const contents = readFileSync(join(pages, 'tutorial.md'), 'utf8')
const chapters = [...contents.matchAll(/^\d\. \[.*\]\((.+\.md)\)/gm)].map(([, name]) => name)

// What a reader has: a folder with the package in it, to save each program in, and a photo.
const folder = temporaryFolder()
mkdirSync(join(folder, 'node_modules'))
symlinkSync(root, join(folder, 'node_modules/descent-nn'))

/** A program, after the name to save it by; and what the page says that it prints. */
const program = /as\s`([\w-]+\.mjs)`:\n\n```js\n(.*?)```\n\n(`node \1` prints[^\n]*:\n\n```\n)(.*?)```\n/gs

function run(name: string, text: string): string {
  writeFileSync(join(folder, name), text)
  const env = { ...withoutWarnings(process.env), DESCENT_BACKEND: 'typescript', DESCENT_MNIST: mnistFolder ?? '' }
  return execFileSync(process.execPath, [name], { cwd: folder, encoding: 'utf8', env })
}

describe('the tutorial', () => {
  it.each(chapters)('prints in %s what it says', async (name) => {
    const path = join(pages, name)
    const page = readFileSync(path, 'utf8')
    const [, photo] = /\]\((.+\.jpg)\)/.exec(page) ?? []
    if (photo) copyFileSync(join(pages, photo), join(folder, 'photo.jpg'))
    const printed = page.replaceAll(program, (found, file: string, text: string, says: string, said: string) => {
      // Its program would download them.
      if (text.includes('mnist(') && !mnistFolder) return found
      const end = found.length - `${says}${said}\`\`\`\n`.length
      return `${found.slice(0, end)}${says}${run(file, text)}\`\`\`\n`
    })
    // `vitest -u` puts into the page what its programs print.
    await expect(printed).toMatchFileSnapshot(path)
  })

  it('has no program that is not run', () => {
    for (const name of chapters) {
      const page = readFileSync(join(pages, name), 'utf8')
      expect([...page.matchAll(program)]).toHaveLength(page.match(/^```js$/gm)?.length ?? 0)
    }
  })
})
