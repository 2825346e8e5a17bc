import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { checkCitations, checkHtml, checkPages } from '../scripts/check-links.mjs'
import { temporaryFolder } from './support/files.js'

const root = fileURLToPath(new URL('..', import.meta.url))
const scratch = temporaryFolder()

function folderWith(name: string, files: Record<string, string>): string {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(scratch, name, path)), { recursive: true })
    writeFileSync(join(scratch, name, path), text)
  }
  return join(scratch, name)
}

describe('the links of the pages', () => {
  it('lead to files and headings that are there', () => {
    expect(checkPages(root)).toEqual([])
  })

  it('are all that are checked, and each that leads nowhere is named', () => {
    const folder = folderWith('pages', {
      'README.md': [
        '# The `first` page: a start',
        '[a](docs/deep/a.md) ![b](docs/b.png) [c](docs/deep/a.md#two-words-1) [d](#the-first-page-a-start)',
        '[e](https://example.com/nowhere) `[f](code.md)`',
        '```\n[g](fence.md)\n```',
        '[h](docs/deep/a.md#third) [i](../out.md) [j]\n\n[j]: docs/j.md',
        '<img src="docs/k.svg">',
      ].join('\n'),
      'docs/deep/a.md': '# Two words\n\n## Two words\n\n[back](../../README.md) [l](l.md "title")\n',
    })
    expect(checkPages(folder)).toEqual([
      'README.md links to docs/b.png, which is not there',
      'README.md links to docs/deep/a.md#third, but docs/deep/a.md has no such anchor',
      'README.md links to ../out.md, which is outside',
      'README.md links to docs/j.md, which is not there',
      'README.md links to docs/k.svg, which is not there',
      'docs/deep/a.md links to l.md, which is not there',
    ])
  })
})

describe('the pages that texts cite', () => {
  it('are there', () => {
    expect(checkCitations(root)).toEqual([])
  })

  it('are named where they are not, with the file that cites them', () => {
    const folder = folderWith('cited', {
      'src/a.ts': '// See docs/there.md, docs/gone.md; https://example.com/docs/IR.md is not ours.',
      'docs/there.md': 'The picture is `docs/chart.svg`.',
    })
    expect(checkCitations(folder)).toEqual([
      'src/a.ts cites docs/gone.md, which is not there',
      'docs/there.md cites docs/chart.svg, which is not there',
    ])
  })
})

describe('the links of HTML pages', () => {
  it('are checked with their anchors', () => {
    const folder = folderWith('html', {
      'index.html': '<a href="a/b.html#here">1</a> <a href="a/b.html#there">2</a> <link href="style.css">',
      'a/b.html': '<h1 id="here"><a href="../index.html">3</a></h1>',
    })
    expect(checkHtml(folder)).toEqual([
      'index.html links to a/b.html#there, but a/b.html has no such anchor',
      'index.html links to style.css, which is not there',
    ])
  })
})
