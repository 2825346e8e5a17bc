import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { browserExpected, launch, withoutBrowser } from '../support/chromium.js'
import { openPage, tabTo, type WatchedPage } from '../support/pages.js'
import { type SeeProgram, startSee } from '../support/see-program.js'

/** The texts of all elements like this one. */
const textOf = (page: Page, selector: string) =>
  page
    .locator(selector)
    .allInnerTexts()
    .then((texts) => texts.join('\n'))

const focused = (page: Page, attribute: string) =>
  page.evaluate<string | null>(`document.activeElement.getAttribute(${JSON.stringify(attribute)})`)

/** What each view is for, done with the keyboard. */
const actions: Readonly<Record<string, (page: Page) => Promise<void>>> = {
  async draw(page) {
    await page.locator('.draw-network canvas').waitFor()
    const before = await textOf(page, '.output-bars')
    await tabTo(page, '.pad')
    await page.keyboard.press('Space')
    for (let i = 0; i < 6; i++) await page.keyboard.press('ArrowDown')
    for (let i = 0; i < 3; i++) await page.keyboard.press('Shift+ArrowLeft')
    await page.keyboard.press('Space')
    await expect.poll(() => textOf(page, '.output-bars')).not.toBe(before)
    const drawn = await textOf(page, '.output-bars')
    await tabTo(page, '.drawing-tools .buttons button:nth-child(2)')
    await page.keyboard.press('Enter')
    await expect.poll(() => textOf(page, '.output-bars')).not.toBe(drawn)
    expect(await textOf(page, '.output-bars')).toBe(before)
  },
  async neurons(page) {
    await page.locator('#chosen-neuron').waitFor()
    await tabTo(page, '.gallery button')
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('ArrowRight')
    expect(await textOf(page, '#chosen-neuron')).toBe('Neuron 3')
  },
  async learning(page) {
    await tabTo(page, '.transport select')
    await page.keyboard.press('Home')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowDown')
    await tabTo(page, '.transport-play', 'Shift+Tab')
    await page.keyboard.press('Enter')
    // The cursor of the chart has three points to go to.
    await page.locator('.chart-drawing:not([aria-valuemax="0"]):not([aria-valuemax="1"])').waitFor()
    await page.keyboard.press('Enter')
    await expect.poll(() => textOf(page, '.transport-play')).toBe('Learn')
    await tabTo(page, '.chart-drawing:not([aria-valuemax="0"])', 'Shift+Tab')
    await page.keyboard.press('Home')
    const first = await focused(page, 'aria-valuetext')
    await page.keyboard.press('End')
    await expect.poll(() => focused(page, 'aria-valuetext')).not.toBe(first)
    await tabTo(page, '.timeline input')
    await page.keyboard.press('Home')
    await expect.poll(() => textOf(page, '.timeline output')).toBe('Paused')
    expect(await focused(page, 'aria-valuetext')).toBe('Not trained')
  },
  async mistakes(page) {
    await page.locator('[role=grid]').waitFor()
    await tabTo(page, '[data-cell="0 0"]')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('Enter')
    expect(await focused(page, 'data-cell')).toBe('1 1')
    expect(await focused(page, 'aria-pressed')).toBe('true')
  },
  async downhill(page) {
    await tabTo(page, '.downhill [role=slider]')
    const before = Number(await focused(page, 'aria-valuenow'))
    await page.keyboard.press('ArrowRight')
    expect(Number(await focused(page, 'aria-valuenow'))).toBeCloseTo(before + 0.1)
  },
  async settling(page) {
    await tabTo(page, '.settling input[type=checkbox]')
    await page.keyboard.press('Space')
    await page.locator('.settling input[type=checkbox]:checked').waitFor()
    await page.keyboard.press('Space')
    await page.locator('.settling input[type=checkbox]:not(:checked)').waitFor()
  },
  async backpropagation(page) {
    await page.locator('[data-neuron]').first().waitFor()
    await tabTo(page, '[data-neuron]')
    const before = await focused(page, 'data-neuron')
    await page.keyboard.press('ArrowUp')
    await page.keyboard.press('ArrowLeft')
    await expect.poll(() => focused(page, 'data-neuron')).not.toBe(before)
    await tabTo(page, '.step-bar .buttons > button:nth-child(2)', 'Shift+Tab')
    const step = await textOf(page, '.step-sentence')
    await page.keyboard.press('Enter')
    expect(await textOf(page, '.step-sentence')).not.toBe(step)
  },
  async plane(page) {
    await page.locator('.plane-cursor').waitFor()
    await tabTo(page, '.plane-cursor')
    await page.keyboard.press('ArrowUp')
    await page.keyboard.press('Enter')
    await page.getByText(/^Added class 1 at /).waitFor()
    await tabTo(page, '.plane-network button')
    await page.keyboard.press('Enter')
    expect(await focused(page, 'aria-pressed')).toBe('true')
  },
  async perceptron(page) {
    const before = await textOf(page, '.perceptron-answer')
    await tabTo(page, '.perceptron input[type=range]')
    await page.keyboard.press('Home')
    expect(await textOf(page, '.perceptron-answer')).not.toBe(before)
  },
}

describe.skipIf(withoutBrowser && !browserExpected)(`the keyboard alone${withoutBrowser}`, () => {
  let browser: Browser
  let program: SeeProgram
  let opened: WatchedPage
  beforeAll(async () => {
    program = await startSee(['see', '--count', '600'])
    browser = await launch()
    opened = await openPage(browser, program.address)
    await opened.page.locator('.transport-play').waitFor()
  })
  afterAll(async () => {
    await browser?.close()
    await program?.stop()
  })

  it.each(Object.keys(actions))('reaches the view "%s", and does there what it is for', async (view) => {
    const { page } = opened
    await tabTo(page, `nav a[href="#/${view}"]`)
    await page.keyboard.press('Enter')
    await page.locator(`main[data-view=${view}]`).waitFor()
    if (view !== 'draw') await expect.poll(() => page.evaluate('document.activeElement.tagName')).toBe('H1')
    await actions[view](page)
  })

  it('chooses language, colors and a new network', async () => {
    const { page } = opened
    await tabTo(page, 'nav a[href="#/draw"]', 'Shift+Tab')
    await page.keyboard.press('Enter')
    await page.locator('main[data-view=draw]').waitFor()
    await tabTo(page, 'header select[aria-label="Language"]', 'Shift+Tab')
    await page.keyboard.press('ArrowDown')
    await expect.poll(() => page.evaluate('document.documentElement.lang')).toBe('zh-CN')
    await page.keyboard.press('ArrowUp')
    await expect.poll(() => page.evaluate('document.documentElement.lang')).toBe('en-US')
    await tabTo(page, 'header select:nth-of-type(2)')
    await page.keyboard.press('End')
    await expect.poll(() => page.evaluate('document.documentElement.dataset.theme')).toBe('dark')
    await page.getByRole('button', { name: 'New network …' }).focus()
    await page.keyboard.press('Enter')
    await tabTo(page, 'dialog input[type=text]')
    await page.keyboard.press('Control+A')
    await page.keyboard.type('12 7')
    await page.keyboard.press('Enter')
    await page.getByText('784-12-7-10, 9,591 parameters').waitFor()
  })

  it('leaves nothing on the console', () => {
    expect(opened.faults).toEqual([])
  })
})
