import { afterEach, describe, expect, it } from 'vitest'
import { Dataset, Network } from '#src/index'
import { browserExpected, withoutBrowser } from '../support/chromium.js'
import { axeFindings } from '../support/pages.js'
import { overflow, type SeenSession, seeSession } from '../support/see-page.js'

const inputNames = ['petal length', 'distance to the center']
const inputs = Float32Array.of(4.2, 15.2, 1.4, 3.1, 5.9, 0.7)
const windows = [1280, 360].map((width) => ({ viewport: { width, height: 800 } }))

describe.skipIf(withoutBrowser && !browserExpected)(`networks that read tables${withoutBrowser}`, () => {
  let seen: SeenSession
  afterEach(() => seen?.close())

  async function see(
    answers: { readonly labels: Int32Array } | { readonly targets: Float32Array },
    outputs: number,
  ): Promise<void> {
    const rows = new Dataset({ inputs, width: 2, inputNames, ...answers })
    const network = new Network([2, 5, outputs], { seed: 3 })
    if ('labels' in answers) network.labelNames = ['setosa', 'versicolor', 'a very long name of a class']
    seen = await seeSession({ name: 'flowers', training: rows, test: rows }, {}, network)
  }

  it('show the first row at once, and what its numbers become when they are changed', async () => {
    await see({ labels: Int32Array.of(1, 0, 2) }, 3)
    for (const window of windows) {
      const page = await seen.open('draw', window)
      const field = page.getByRole('spinbutton', { name: 'distance to the center' })
      // The number of 32 bits is 15.199999809265137.
      expect(await field.inputValue()).toBe('15.2')
      await page.getByText('In the data: versicolor').waitFor()
      const values = () => page.locator('.output-bars .number').allTextContents()
      const before = await values()
      await field.fill('-15.2')
      await expect.poll(values).not.toEqual(before)
      expect(await page.getByText('In the data:').count()).toBe(0)
      await page.getByRole('button', { name: 'Next row of the test data' }).click()
      await page.getByText('In the data: setosa').waitFor()
      expect(await page.locator('main').innerText()).not.toContain('digit')
      // The answer is as wide as its card, or less.
      const answer = page.locator('.answer')
      expect(await answer.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)).toBe(0)
      expect([await axeFindings(page), await overflow(page)]).toEqual([[], 0])
    }
    expect(seen.complaints).toEqual([])
  })

  it('show targets, and the weights of a neuron as bars', async () => {
    await see({ targets: Float32Array.of(0.26, 1.5, 0.1) }, 1)
    for (const window of windows) {
      const page = await seen.open('draw', window)
      await page.getByText('In the data: 0.26').waitFor()
      await page.getByRole('rowheader', { name: 'Output 1' }).waitFor()
      expect([await axeFindings(page), await overflow(page)]).toEqual([[], 0])
      await page.locator('nav a[href="#/neurons"]').click()
      await page.getByText('With the first row of the test data:').waitFor()
      expect(await page.locator('.weight-bars tbody th').allTextContents()).toEqual(inputNames)
      expect(await page.locator('main').innerText()).not.toContain('picture')
      expect([await axeFindings(page), await overflow(page)]).toEqual([[], 0])
    }
    expect(seen.complaints).toEqual([])
  })
})
