import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { demoWeights } from '#src/see/demo-weights'

const html = readFileSync(new URL('../../dist/web/index.html', import.meta.url), 'utf8')
/** A script that was made smaller writes the ends of lines as two characters. */
const weights = demoWeights.replaceAll('\n', '\\n')
const compressed = (text: string): number => gzipSync(text, { level: 9 }).length

it('the page with its engine is at most 200 kB gzipped, and the weights of its trained network 120 kB', () => {
  expect(html.split(weights)).toHaveLength(2)
  expect(compressed(html.replace(weights, ''))).toBeLessThanOrEqual(200_000)
  expect(compressed(weights)).toBeLessThanOrEqual(120_000)
})
