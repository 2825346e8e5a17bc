import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { listingOf } from './support/run-example.js'

const folder = new URL('../docs/', import.meta.url)
// docs/api/ is generated, and no part of the sources.
const pages = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((page) => page.endsWith('.md') && !page.startsWith('api/'))
  .map((page) => ({ page, text: readFileSync(new URL(page, folder), 'utf8') }))

/** A page shows the programs of examples/ that it names. */
const shown = pages.flatMap(({ page, text }) =>
  [...new Set(text.match(/(?<=\bexamples\/)[\w/-]+\.mjs/g))].map((name) => ({ page, name, text })),
)

describe('the pages of docs/', () => {
  it.each(shown)('$page shows examples/$name and what it prints', ({ name, text }) => {
    expect(text).toContain(listingOf(name))
  })

  it.each(pages)('$page shows no other program with what it prints', ({ page, text }) => {
    // A program that stands in the page alone is run by nobody.
    const printing = text.match(/^```\n\nprints\n/gm) ?? []
    expect(printing).toHaveLength(shown.filter((example) => example.page === page).length)
  })
})
