import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { Network } from '#src/index'
import { listingOf } from './support/run-example.js'

const root = new URL('../', import.meta.url)
const folder = new URL('docs/', root)
// docs/api/ is generated, and no part of the sources.
const pages = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((page) => page.endsWith('.md') && !page.startsWith('api/'))
  .map((page) => ({ page, text: readFileSync(new URL(page, folder), 'utf8') }))

/** A page shows the programs of examples/ that it names. */
const shown = pages.flatMap(({ page, text }) =>
  [...new Set(text.match(/(?<=\bexamples\/)[\w/-]+\.mjs/g))].map((name) => ({ page, name, text })),
)

/** The pages that can be reached by links from a page, itself included. */
function reachableFrom(page: URL, reached = new Set<string>()): Set<string> {
  if (!existsSync(page) || reached.has(page.href)) return reached
  reached.add(page.href)
  for (const [, link] of readFileSync(page, 'utf8').matchAll(/\]\((?!\w+:)([^)#]+\.md)/g))
    reachableFrom(new URL(link, page), reached)
  return reached
}

describe('the pages of docs/', () => {
  it('can be reached from the README, and lead back to the index', () => {
    const fromReadme = reachableFrom(new URL('README.md', root))
    const hidden = pages.filter(({ page }) => !fromReadme.has(new URL(page, folder).href))
    expect(hidden.map(({ page }) => page)).toEqual([])
    const index = new URL('README.md', folder).href
    const lost = pages.filter(({ page }) => !reachableFrom(new URL(page, folder)).has(index))
    expect(lost.map(({ page }) => page)).toEqual([])
  })

  it('have the listing of a training step as it is', () => {
    const listing = new Network([784, 30, 10]).listing('train')
    expect(pages.find(({ page }) => page === 'internals/listing.md')?.text).toContain(`\`\`\`\n${listing}\n\`\`\`\n`)
  })

  it.each(shown)('$page shows examples/$name and what it prints', ({ name, text }) => {
    expect(text).toContain(listingOf(name))
  })

  it.each(pages)('$page shows no other program with what it prints', ({ page, text }) => {
    // A program that stands in the page alone is run by nobody.
    const printing = text.match(/^```\n\nprints\n/gm) ?? []
    expect(printing).toHaveLength(shown.filter((example) => example.page === page).length)
  })
})

it('examples/README.md has a line for each example', () => {
  const examples = new URL('examples/', root)
  const index = readFileSync(new URL('README.md', examples), 'utf8')
  const names = readdirSync(examples, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.mjs'))
    .map((name) => name.replace('browser-page/page.mjs', 'browser-page/index.html'))
  expect(names.filter((name) => !index.includes(`](${name}) | `))).toEqual([])
})
