import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '..')
const page = readFileSync(join(root, 'docs/internals/architecture.md'), 'utf8')

interface Hop {
  readonly file: string
  readonly name: string
}

/** The rows of the table that leads from `network.train` to the backend. */
const hops: Hop[] = [...page.matchAll(/^\| \d \| `([^`]+)` \| `([^`]+)` \|/gm)].map(([, file, name]) => ({
  file,
  name,
}))

describe('the page on the architecture', () => {
  it('names only files that exist', () => {
    const files = [...page.matchAll(/`((?:src|native|scripts|test)\/[\w/.-]+\.\w+)`/g)].map(([, file]) => file)
    expect(files.length).toBeGreaterThan(15)
    expect(files.filter((file) => !existsSync(join(root, file)))).toEqual([])
  })

  it('leads from train to the backend in six hops', () => {
    expect(hops).toHaveLength(7)
    expect(hops[0]).toEqual({ file: 'src/network/network.ts', name: 'train' })
    expect(hops[6]).toEqual({ file: 'src/backend/backend.ts', name: 'start' })
  })

  it.each(hops.slice(1).map((to, i) => [hops[i].name, to.name, hops[i], to] as const))(
    'is right that %s calls %s',
    (_from, _to, from, to) => {
      const text = readFileSync(join(root, from.file), 'utf8')
      const definition = new RegExp(
        `^(?: {2})?(?:export )?(?:async )?(?:function\\*? )?${from.name}(?:<[^(]*>)?\\(`,
        'm',
      )
      // Hop 3 is behind the type `Stepper`: learnEpoch calls the one that the run has.
      const call = to.name === 'learnInBatches' ? 'stepper(' : `${to.name}(`
      const start = text.search(definition)
      expect(start, `${from.name} in ${from.file}`).toBeGreaterThanOrEqual(0)
      expect(text.slice(start)).toContain(call)
    },
  )
})
