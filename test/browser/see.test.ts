import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { browserExpected, withoutBrowser } from '../support/chromium.js'
import { axeFindings } from '../support/pages.js'
import { fewDigits, overflow, type SeenSession, seeSession } from '../support/see-page.js'

describe.skipIf(withoutBrowser && !browserExpected)(`the views draw, neurons and learning${withoutBrowser}`, () => {
  let seen: SeenSession
  beforeAll(async () => {
    seen = await seeSession(await fewDigits())
  })
  afterAll(() => seen.close())

  it('draws with the keyboard alone, and shows the outputs of the session', async () => {
    const page = await seen.open('draw')
    const pad = page.getByRole('application', { name: 'Drawing pad' })
    await pad.focus()
    await page.keyboard.press(' ')
    for (let i = 0; i < 12; i++) await page.keyboard.press('ArrowDown')
    await page.keyboard.press(' ')
    await page.waitForFunction("document.querySelector('[data-test=answer]')?.textContent !== '–'")
    const shown = await page.locator('.output-bars .number').allTextContents()
    expect(shown.length).toBe(10)
    expect(new Set(shown).size).toBeGreaterThan(1)
    expect(await axeFindings(page)).toEqual([])
    expect(await overflow(page)).toBe(0)
  })

  it('shows an example as it is, with the outputs of the library', async () => {
    const page = await seen.open('draw')
    await page.getByRole('button', { name: 'Next example' }).click()
    const { inputs } = await seen.session.ask('example', { set: 'test', index: 0 })
    const { layers, answer } = await seen.session.ask('activations', { inputs })
    const expected = Array.from(layers[layers.length - 1].a, (value) => value.toFixed(3))
    await expect.poll(() => page.locator('.output-bars .number').allTextContents()).toEqual(expected)
    expect(await page.locator('[data-test=answer]').textContent()).toBe(String(answer))
  })

  it('chooses a neuron with the arrow keys, and shows the sum z of the library', async () => {
    const page = await seen.open('neurons')
    await page.getByRole('button', { name: 'Next example' }).click()
    await page.locator('.gallery button').first().focus()
    await page.keyboard.press('ArrowRight')
    await page.getByRole('heading', { name: 'Neuron 2', exact: true }).waitFor()
    const { inputs } = await seen.session.ask('example', { set: 'test', index: 0 })
    const { layers } = await seen.session.ask('activations', { inputs })
    const z = layers[0].z[1].toLocaleString('en-US', { maximumFractionDigits: 3 })
    await expect.poll(() => page.locator('[data-test=z]').textContent()).toBe(z)
    await page.locator('.brightest li').nth(8).waitFor()
    expect(await axeFindings(page)).toEqual([])
    expect(await overflow(page)).toBe(0)
  })

  it('learns, pauses, and goes back with the timeline', async () => {
    const page = await seen.open('learning')
    // The pages of the other tests are still open, and the first of them is in control.
    await page.getByRole('button', { name: 'Take control' }).click()
    await page.getByRole('button', { name: '+1 epoch' }).click()
    await page.waitForFunction("document.querySelectorAll('.live-chart canvas').length === 2")
    await page.getByText('Test accuracy', { exact: true }).first().waitFor()
    const timeline = page.getByRole('slider', { name: 'Timeline: go back to an earlier moment' })
    await page.waitForFunction("!document.querySelector('.timeline input').disabled")
    await timeline.focus()
    await page.keyboard.press('Home')
    await page.waitForFunction(
      "document.querySelector('.timeline input').getAttribute('aria-valuetext') === 'Not trained'",
    )
    expect(seen.session.state.position.batches).toBe(0)
    expect(await axeFindings(page)).toEqual([])
    expect(await overflow(page)).toBe(0)
  })

  it.each(['draw', 'neurons', 'learning'] as const)('%s fits narrow and dark windows in Chinese', async (view) => {
    const page = await seen.open(view, {
      locale: 'zh-CN',
      viewport: { width: 360, height: 800 },
      colorScheme: 'dark',
    })
    await page.locator('.transport').waitFor()
    expect(await overflow(page)).toBe(0)
    expect(await axeFindings(page)).toEqual([])
  })

  it('has nothing to complain of', () => {
    expect(seen.complaints).toEqual([])
  })
})
