import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'
import { withoutWarnings } from './node-warnings.js'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** The listing of a program of examples/ in a page: its text, "prints", and what it prints on the TypeScript backend. */
export function listingOf(name: string): string {
  const path = `${root}examples/${name}`
  const env = { ...withoutWarnings(process.env), DESCENT_BACKEND: 'typescript' }
  const { stdout, stderr, status } = spawnSync(process.execPath, [path], { encoding: 'utf8', env })
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  return `\`\`\`js\n${readFileSync(path, 'utf8')}\`\`\`\n\nprints\n\n\`\`\`\n${stdout}\`\`\`\n`
}
