import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { Network } from '#src/index'

const root = fileURLToPath(new URL('..', import.meta.url))
const readme = readFileSync(`${root}README.md`, 'utf8')

function runExample(name: string): string {
  const env = { ...process.env, DESCENT_BACKEND: 'typescript' }
  const { stdout, stderr, status } = spawnSync(process.execPath, [`${root}examples/${name}`], { encoding: 'utf8', env })
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  return stdout
}

describe('the README', () => {
  it('shows examples/first.mjs and what it prints', () => {
    const program = readFileSync(`${root}examples/first.mjs`, 'utf8')
    expect(readme).toContain(`\`\`\`js\n${program}\`\`\`\n\nprints\n\n\`\`\`\n${runExample('first.mjs')}\`\`\`\n`)
  })

  it('shows the listing of a training step as it is', () => {
    const listing = new Network([784, 30, 10]).listing('train')
    expect(readme).toContain(`\`\`\`\n${listing}\n\`\`\`\n`)
  })

  it('names files and scripts that are there', () => {
    const { scripts } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'))
    for (const [, script] of readme.matchAll(/npm run ([\w:]+)/g)) expect(scripts).toHaveProperty([script])
    for (const [, page] of readme.matchAll(/`docs\/([\w.-]+)`/g)) expect(readdirSync(`${root}docs`)).toContain(page)
  })
})
