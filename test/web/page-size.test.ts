import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { expect, it } from 'vitest'

const html = readFileSync(new URL('../../dist/web/index.html', import.meta.url))

it('the page with its engine and its trained network is at most 320 kB gzipped', () => {
  expect(gzipSync(html, { level: 9 }).length).toBeLessThanOrEqual(320_000)
})
