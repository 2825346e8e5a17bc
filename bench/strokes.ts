/**
 * Measures how well the page reads digits that are drawn on its pad (`npm run bench:strokes`). A pen writes them by
 * pointer events in Chromium: first in the middle of the pad, and then moved, scaled and slanted.
 */
import { pathToFileURL } from 'node:url'
import { chromium } from 'playwright-core'
import { readOptions, wholeNumber } from './command-line.js'
import { type Drawing, disturb, writeDigit } from './strokes/handwriting.js'
import { openPage, play } from './strokes/play.js'

const values = readOptions(
  'npm run bench:strokes [-- --drawings N] [--seed N]: the browser is DESCENT_CHROMIUM, or /usr/bin/chromium',
  { drawings: { type: 'string', default: '200' }, seed: { type: 'string', default: '1' } },
)
const drawings = wholeNumber('drawings', values.drawings)
const seed = wholeNumber('seed', values.seed)
const file = pathToFileURL('dist/web/index.html').href

const browser = await chromium.launch({
  executablePath: process.env.DESCENT_CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'],
})
const page = await browser.newPage({ locale: 'en', viewport: { width: 1280, height: 900 } })
await openPage(page, file)

const centered = Array.from({ length: drawings }, (_, index) => writeDigit(seed, index, index % 10))
const measured = [
  ['centered', centered],
  ['off-center', centered.map((drawing, index) => disturb(drawing, seed, index))],
] as const
console.log('| drawings | read correctly | misread |\n| --- | ---: | --- |')
for (const [name, all] of measured) console.log(`| ${name} | ${await measure(all)} |`)
await browser.close()

/** Returns the share of drawings that are read correctly, and the others as "digit as answer". */
async function measure(all: readonly Drawing[]): Promise<string> {
  const misread: string[] = []
  for (const drawing of all) {
    const answer = await play(page, drawing)
    if (answer !== String(drawing.digit)) misread.push(`${drawing.digit} as ${answer}`)
  }
  const right = all.length - misread.length
  return `${right} of ${all.length} (${((100 * right) / all.length).toFixed(1)} %) | ${misread.join(', ')}`
}
