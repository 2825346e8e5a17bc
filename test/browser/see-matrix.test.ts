import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { browserExpected, launch, withoutBrowser } from '../support/chromium.js'
import { axeFindings, openPage } from '../support/pages.js'
import { overflow } from '../support/see-page.js'
import { type SeeProgram, startSee } from '../support/see-program.js'

/** Each view, with something that is there when it has drawn what it shows. */
const views = {
  draw: '.draw-network canvas',
  neurons: '.neurons-gallery button[aria-pressed=true] canvas',
  learning: '.card canvas',
  mistakes: '[role=grid]',
  downhill: '.downhill [role=slider]',
  settling: '.settling svg',
  backpropagation: '.network-diagram [data-neuron]',
  plane: '.plane-network button',
  perceptron: '.perceptron-answer',
} as const

/** Every combination of language, width and colors. Half of them want little motion. */
const allLooks = (['en', 'zh-CN'] as const).flatMap((locale) =>
  ([1280, 360] as const).flatMap((width) =>
    (['light', 'dark'] as const).map((colorScheme) => ({
      locale,
      width,
      colorScheme,
      reducedMotion: (width === 360) === (colorScheme === 'dark') ? ('reduce' as const) : ('no-preference' as const),
    })),
  ),
)
type Look = (typeof allLooks)[number]

/** Half of the looks, in which each two of language, width and colors occur together, or all with DESCENT_ALL_LOOKS=1. */
const looks = allLooks.filter(
  ({ locale, width, colorScheme }) =>
    process.env.DESCENT_ALL_LOOKS === '1' || (colorScheme === 'dark') === ((locale === 'en') === (width === 360)),
)

/** The header of narrow windows has three lines: the switches, with their padding, and two lines of small text. */
const narrowHeader = 90

describe.skipIf(withoutBrowser && !browserExpected)(`every view${withoutBrowser}`, () => {
  let browser: Browser
  let program: SeeProgram
  beforeAll(async () => {
    program = await startSee(['see', '--count', '600'])
    browser = await launch()
  })
  afterAll(async () => {
    await browser?.close()
    await program?.stop()
  })

  /** What is wrong with a view as it is shown. */
  async function faultsOf(page: Page, { locale, width, reducedMotion }: Look): Promise<string[]> {
    const faults = await axeFindings(page)
    const wider = await overflow(page)
    if (wider !== 0) faults.push(`it is ${wider} pixels wider than the window`)
    const header = await page.locator('.header').boundingBox()
    if (width === 360 && !(header && header.height <= narrowHeader))
      faults.push(`its header is ${header?.height} pixels high`)
    const text = await page.locator('main').innerText()
    const foreign = locale === 'zh-CN' ? /[A-Za-z]+( [A-Za-z]+){3,}/.exec(text) : /[\u4e00-\u9fff]+/.exec(text)
    if (foreign) faults.push(`it is not translated: ${foreign[0]}`)
    const language = await page.evaluate('document.documentElement.lang')
    if (language !== (locale === 'en' ? 'en-US' : locale)) faults.push(`its language is ${language}`)
    if (reducedMotion === 'reduce') {
      const moving = await page.evaluate<string[]>(
        'document.getAnimations().map(({ effect }) => effect.target.outerHTML)',
      )
      faults.push(...moving.map((html) => `it moves: ${html}`))
    }
    return faults
  }

  const file = pathToFileURL(fileURLToPath(new URL('../../dist/web/index.html', import.meta.url))).href
  const cases = [
    ...looks.map((look) => ({ place: 'the server', ...look })),
    // The same page from a file: two looks show whether its own engine gives the views what the server does.
    ...allLooks
      .filter(({ width, locale, colorScheme }) =>
        ['en 1280 light', 'zh-CN 360 dark'].includes(`${locale} ${width} ${colorScheme}`),
      )
      .map((look) => ({ place: 'a file', ...look })),
  ]
  it.each(cases)(
    'opens from $place: $locale, $width pixels, $colorScheme, motion: $reducedMotion',
    async (look) => {
      const { place, width, ...options } = look
      const viewport = { width, height: 800 }
      const opened = await openPage(browser, place === 'a file' ? file : program.address, { ...options, viewport })
      const { page, faults } = opened
      const learned = page.locator('.timeline output')
      await learned.waitFor()
      if (/^(Ready|可以)/.test(await learned.innerText())) {
        await page.locator('.transport-steps button').last().click()
        await expect.poll(() => learned.innerText()).toMatch(/[1-9]/)
      }
      const found: Record<string, string[]> = {}
      for (const [view, mark] of Object.entries(views)) {
        await page.locator(`nav a[href="#/${view}"]`).click()
        await page.locator(`main[data-view=${view}]`).waitFor()
        await page.locator(mark).first().waitFor()
        const wrong = await faultsOf(page, look)
        if (wrong.length > 0) found[view] = wrong
      }
      await page.context().close()
      expect({ ...found, faults }).toEqual({ faults: [] })
    },
    180_000,
  )
})
