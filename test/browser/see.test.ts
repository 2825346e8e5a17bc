import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Network } from '#src/index'
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
    // The accuracy of the epoch comes after its last batch.
    await expect.poll(() => page.locator('details table tbody tr').count()).toBe(1)
    await timeline.focus()
    await page.keyboard.press('Home')
    await page.waitForFunction(
      "document.querySelector('.timeline input').getAttribute('aria-valuetext') === 'Not trained'",
    )
    expect(seen.session.state.position.batches).toBe(0)
    // What came later is shown as such, and one can go there again from the chart.
    const hint = page.getByText('What came later is gone as soon as it learns on from here.')
    await hint.waitFor()
    await page.getByText('Cost later than now', { exact: true }).waitFor()
    await page.getByText('Accuracy later than now', { exact: true }).waitFor()
    expect(await page.locator('details table tbody tr').count()).toBe(0)
    expect(await axeFindings(page)).toEqual([])
    expect(await overflow(page)).toBe(0)
    await page.getByRole('slider', { name: 'Cost while it learns' }).focus()
    await page.keyboard.press('End')
    await page.getByText(/\(later than the network is now\)$/).waitFor()
    await page.getByRole('button', { name: 'Go to this moment' }).click()
    await hint.waitFor({ state: 'detached' })
    expect(seen.session.state.position.batches).toBe(40)
    await timeline.focus()
    await page.keyboard.press('Home')
    await expect.poll(() => seen.session.state.position.batches).toBe(0)
    await page.getByRole('button', { name: '+1 batch' }).click()
    await hint.waitFor({ state: 'detached' })
    expect(seen.session.state.curve.map(({ batches }) => batches)).toEqual([1])
  })

  it('says that a run has ended, and what goes beyond its end', async () => {
    const own = await seeSession(await fewDigits(), { epochs: 1 })
    try {
      const page = await own.open('learning')
      const ended = (epoch: number) =>
        page.getByText(`The run ended with epoch ${epoch}. Learn begins another run; a step adds one epoch.`)
      await page.getByRole('button', { name: 'Learn', exact: true }).click()
      await ended(1).waitFor()
      await page.getByRole('button', { name: '+1 epoch' }).click()
      await ended(2).waitFor()
      expect(own.session.state).toMatchObject({ phase: 'finished', lastEpoch: 2 })
      expect(await axeFindings(page)).toEqual([])
      expect(own.complaints).toEqual([])
    } finally {
      await own.close()
    }
  })

  it('asks which digits a loaded network has learned from, and places drawings accordingly', async () => {
    const network = new Network([784, 8, 10], { seed: 3 })
    const own = await seeSession(await fewDigits(), {}, network)
    try {
      const page = await own.open('draw', { viewport: { width: 360, height: 900 }, colorScheme: 'dark' })
      const pad = page.getByRole('application', { name: 'Drawing pad' })
      await pad.focus()
      await page.keyboard.press(' ')
      for (let i = 0; i < 12; i++) await page.keyboard.press('ArrowDown')
      await page.keyboard.press(' ')
      const outputs = () => page.locator('.output-bars .number').allTextContents()
      await page.waitForFunction("document.querySelector('[data-test=answer]')?.textContent !== '–'")
      const asMnist = await outputs()
      await page.getByRole('radio', { name: 'digits that descent draws' }).check()
      await expect.poll(outputs).not.toEqual(asMnist)
      await page.getByRole('radio', { name: 'MNIST or similar' }).check()
      await expect.poll(outputs).toEqual(asMnist)
      expect(await axeFindings(page)).toEqual([])
      expect(await overflow(page)).toBe(0)
      // A network that learns here learns from digits that are known.
      await page.getByRole('button', { name: 'Start over' }).click()
      await page.getByText('784-30-10').or(page.getByText('784-8-10')).waitFor()
      await page.getByRole('radio', { name: 'MNIST or similar' }).waitFor({ state: 'detached' })
      expect(own.complaints).toEqual([])
    } finally {
      await own.close()
    }
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
