import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { disturb, writeDigit } from '../../bench/strokes/handwriting.js'
import { openPage, play } from '../../bench/strokes/play.js'
import { browserExpected, launch, withoutBrowser } from '../support/chromium.js'

const file = pathToFileURL(resolve(import.meta.dirname, '../../dist/web/index.html')).href

describe.skipIf(withoutBrowser && !browserExpected)(`digits drawn on the pad${withoutBrowser}`, () => {
  let browser: Browser
  let page: Page
  beforeAll(async () => {
    browser = await launch()
    page = await browser.newPage({ locale: 'en', viewport: { width: 1280, height: 900 } })
    await openPage(page, file)
  })
  afterAll(() => browser?.close())

  /** Returns the numbers of correct answers to twenty drawings in the middle of the pad, and elsewhere on it. */
  async function read(): Promise<{ centered: number; offCenter: number }> {
    const right = { centered: 0, offCenter: 0 }
    for (let index = 0; index < 20; index++) {
      const drawing = writeDigit(1, index, index % 10)
      if ((await play(page, drawing)) === String(drawing.digit)) right.centered++
      if ((await play(page, disturb(drawing, 1, index))) === String(drawing.digit)) right.offCenter++
    }
    return right
  }

  // `npm run bench:strokes` has the shares of two hundred.
  it('are read wherever they are on the pad, in any size and slant', async () => {
    const { centered, offCenter } = await read()
    expect(centered).toBeGreaterThanOrEqual(18)
    expect(offCenter).toBeGreaterThanOrEqual(18)
  })
})
