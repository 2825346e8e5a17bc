import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { numberText } from '#src/drawing/number-text'
import { Dataset } from '#src/index'
import type { Example } from '#src/see/protocol'
import { browserExpected, withoutBrowser } from '../support/chromium.js'
import { axeFindings } from '../support/pages.js'
import { fewDigits, overflow, type SeenSession, seeSession } from '../support/see-page.js'

describe.skipIf(withoutBrowser && !browserExpected)(`the view of backpropagation${withoutBrowser}`, () => {
  let seen: SeenSession
  beforeAll(async () => {
    seen = await seeSession(await fewDigits())
  })
  afterAll(() => seen.close())

  it('steps forward and back, chooses neurons with the keyboard, and shows the slopes of the library', async () => {
    const page = await seen.open('backpropagation')
    await page.getByText('Step 1 of 6:').waitFor()
    const next = page.getByRole('button', { name: 'Next step' })
    await next.click()
    await page.getByText('Step 2 of 6: each of the 30 neurons').waitFor()
    await page.getByRole('button', { name: 'Slopes' }).click()

    const chosen = page.locator('.neuron[aria-pressed="true"]')
    await chosen.focus()
    await page.keyboard.press('ArrowLeft')
    await page.keyboard.press('Home')
    await expect.poll(() => chosen.getAttribute('aria-label')).toMatch(/^Hidden neuron 1, z .*, a .*, δ /)
    await page.getByRole('img', { name: 'Hidden neuron 1: the slopes of its weights as a picture.' }).waitFor()
    await page.getByText('BP3 and BP4 differ from the gradient that the library computes').waitFor()

    const { inputs, label } = await seen.session.ask('example', { set: 'training', index: 0 })
    const { layers } = await seen.session.ask('backpropagation', { inputs, label, targets: undefined })
    await page.getByText('The numbers of all neurons of this layer').click()
    expect(await page.locator('.neuron-table tbody tr').count()).toBe(layers[0].a.length)
    expect(await axeFindings(page)).toEqual([])
    expect(await overflow(page)).toBe(0)
  })

  it('learns a batch while the example stays, and goes to another example', async () => {
    const page = await seen.open('backpropagation', { viewport: { width: 360, height: 800 }, colorScheme: 'dark' })
    await page.getByRole('button', { name: 'Take control' }).click()
    const first = await seen.session.ask('example', { set: 'training', index: 0, next: true })
    await page.getByText(`Training row ${first.index}.`).waitFor()
    const costOf = async ({ inputs, label }: Example) => {
      const { cost } = await seen.session.ask('backpropagation', { inputs, label, targets: undefined })
      return `The cost of this example is ${numberText(cost)}.`
    }
    const before = await costOf(first)
    await page.getByText(before).waitFor()

    await page.getByRole('button', { name: 'Learn one batch' }).click()
    await expect.poll(() => seen.session.state.position.batches).toBe(1)
    const after = await costOf(first)
    expect(after).not.toBe(before)
    await page.getByText(after).waitFor()
    await page.getByText(`Training row ${first.index}.`).waitFor()
    expect(await overflow(page)).toBe(0)

    await page.getByRole('button', { name: 'Next example' }).click()
    // The run is within an epoch, so the page looks at the next example of the run: the network learns at the batch's end.
    await expect.poll(() => seen.session.state.position.shown).toBe(1)
    const second = await seen.session.ask('example', { set: 'training', index: 0, next: true })
    expect(second.index).not.toBe(first.index)
    await page.getByText(`Training row ${second.index}.`).waitFor()
    expect(await axeFindings(page)).toEqual([])
    expect(seen.complaints).toEqual([])
  })

  it('shows a network with named inputs and one output', async () => {
    const rows = [
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ]
    const data = new Dataset({ inputs: rows, targets: [[0], [1], [1], [0]], inputNames: ['first', '<i>second'] })
    const own = await seeSession({ name: 'xor', training: data, test: data })
    try {
      const page = await own.open('backpropagation')
      await page.getByText('<i>second').first().waitFor()
      await page.getByText('The cost of this example is').waitFor()
      expect(await axeFindings(page)).toEqual([])
      expect(own.complaints).toEqual([])
    } finally {
      await own.close()
    }
  })
})
