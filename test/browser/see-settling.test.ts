import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { browserExpected, withoutBrowser } from '../support/chromium.js'
import { axeFindings } from '../support/pages.js'
import { fewDigits, overflow, type SeenSession, seeSession } from '../support/see-page.js'

describe.skipIf(withoutBrowser && !browserExpected)(`the view of settling${withoutBrowser}`, () => {
  let seen: SeenSession
  beforeAll(async () => {
    seen = await seeSession(await fewDigits())
  })
  afterAll(() => seen.close())

  it("makes the note's network, and shows runs with true and with shuffled labels side by side", async () => {
    const page = await seen.open('settling')
    await page.getByText('Nothing has moved yet.').waitFor()
    await page.getByRole('button', { name: 'Make 784-15-10' }).click()
    await page.getByText('784-15-10, 11,935 parameters').waitFor()
    await page.getByRole('button', { name: 'Learn from the start' }).click()
    const bands = page.getByRole('slider', { name: 'movement of the parameters over each epoch' })
    await bands.first().waitFor()
    await page.getByText('to', { exact: false }).first().waitFor()
    await expect.poll(() => seen.session.state.phase).toBe('finished')
    await page.getByLabel('Shuffle the labels').check()
    await expect.poll(() => seen.session.state.settings?.shuffledLabels).toBe(true)
    await expect.poll(() => seen.session.state.phase).toBe('finished')
    await expect.poll(() => bands.count()).toBe(2)

    const { epochs } = await seen.session.ask('movement', {})
    await page.getByText('The numbers of every epoch').click()
    const rows = page.getByRole('table', { name: 'Shuffled labels' }).locator('tbody tr')
    await expect.poll(() => rows.count()).toBe(epochs.length / 5)
    expect(await axeFindings(page)).toEqual([])
    expect(await overflow(page)).toBe(0)
  })

  it('moves the cursor of a chart with the keyboard, and says its numbers', async () => {
    const page = await seen.open('settling', { viewport: { width: 360, height: 800 }, colorScheme: 'dark' })
    const histogram = page.getByRole('slider', { name: 'Histogram' })
    await histogram.focus()
    await page.keyboard.press('Home')
    const first = await histogram.getAttribute('aria-valuetext')
    await page.keyboard.press('ArrowRight')
    expect(await histogram.getAttribute('aria-valuenow')).toBe('1')
    expect(first).toMatch(/^Distances from .* of the parameters over the epoch/)
    expect(await histogram.getAttribute('aria-valuetext')).not.toBe(first)
    expect(await overflow(page)).toBe(0)
    expect(await axeFindings(page)).toEqual([])
    expect(seen.complaints).toEqual([])
  })
})
