import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { Network } from '#src/index'
import { listingOf } from './support/run-example.js'

const root = fileURLToPath(new URL('..', import.meta.url))
const readme = readFileSync(`${root}README.md`, 'utf8')

describe('the README', () => {
  it('shows examples/first.mjs and what it prints', () => {
    expect(readme).toContain(listingOf('first.mjs'))
  })

  it('shows the listing of a training step as it is', () => {
    const listing = new Network([784, 30, 10]).listing('train')
    expect(readme).toContain(`\`\`\`\n${listing}\n\`\`\`\n`)
  })

  it('names files and scripts that are there', () => {
    const { scripts } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'))
    for (const [, script] of readme.matchAll(/npm run ([\w:]+)/g)) expect(scripts).toHaveProperty([script])
    for (const [path] of readme.matchAll(/docs\/[\w./-]+/g)) expect(existsSync(`${root}${path}`), path).toBe(true)
  })
})
