import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { listingOf } from './support/run-example.js'

const root = fileURLToPath(new URL('..', import.meta.url))
const readme = readFileSync(`${root}README.md`, 'utf8')

describe('the README', () => {
  it('shows examples/first.mjs and what it prints', () => {
    expect(readme).toContain(listingOf('first.mjs'))
  })

  it('is short, and names files and scripts that exist', () => {
    expect(readme.split('\n').length).toBeLessThan(130)
    const { scripts } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'))
    for (const [, script] of readme.matchAll(/npm run ([\w:]+)/g)) expect(scripts).toHaveProperty([script])
    for (const [path] of readme.matchAll(/docs\/[\w./-]+/g)) expect(existsSync(`${root}${path}`), path).toBe(true)
  })
})
