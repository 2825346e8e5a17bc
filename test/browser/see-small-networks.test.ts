import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { browserExpected, launch, withoutBrowser } from '../support/chromium.js'
import { axeFindings } from '../support/pages.js'
import { fewDigits, overflow, seeSession } from '../support/see-page.js'

const address = pathToFileURL(resolve(import.meta.dirname, '../../dist/web/index.html')).href

describe.skipIf(withoutBrowser && !browserExpected)(`views with small networks of their own${withoutBrowser}`, () => {
  let browser: Browser
  let page: Page
  let wrong: string[]

  beforeAll(async () => {
    browser = await launch()
  })
  afterAll(() => browser.close())
  beforeEach(async () => {
    wrong = []
    page = await browser.newPage({ viewport: { width: 360, height: 800 }, locale: 'en-US' })
    page.on('pageerror', ({ message }) => wrong.push(message))
    page.on('console', (message) => message.type() === 'error' && wrong.push(message.text()))
  })
  afterEach(async () => {
    expect(wrong).toEqual([])
    expect(await axeFindings(page)).toEqual([])
    expect(await overflow(page)).toBe(0)
    await page.close()
  })

  /** Opens a view, which has no controls for the network of the session. */
  async function open(view: string): Promise<void> {
    await page.goto(`${address}#${view}`)
    await page.locator(`.${view}`).waitFor()
    expect(await page.getByRole('region', { name: 'Learning', exact: true }).count()).toBe(0)
  }

  const section = (heading: string) => page.locator('section', { has: page.getByRole('heading', { name: heading }) })
  const text = (selector: string) => page.locator(selector).textContent()

  it('the ball of the slope is moved by keys, and rolls by the steps of gradient descent', async () => {
    await open('downhill')
    const slope = section('One weight: a slope')
    const ball = slope.getByRole('slider', { name: /^The ball/ })
    expect(await ball.getAttribute('aria-valuetext')).toBe('weight −2, cost 4.5')
    await ball.focus()
    for (const key of ['Shift+ArrowLeft', 'Shift+ArrowLeft', 'ArrowRight']) await page.keyboard.press(key)
    expect(await ball.getAttribute('aria-valuetext')).toBe('weight −2.9, cost 7.6')
    await slope.getByRole('button', { name: 'One step' }).click()
    // The slope is w - 1 = -3.9, and the learning rate 0.4: the weight moves by 1.56.
    await page.getByText('Step 1: the weight is −1.34, the cost 2.74, and the slope −2.34.').waitFor()
    await slope.getByRole('button', { name: 'Diverge' }).click()
    await page.getByText('It diverges: it jumps so far that it lands higher than before.').waitFor()
    await slope.getByText('The numbers of each step').click()
    expect(await slope.getByRole('row').last().textContent()).toBe('0−2.97.6−3.9')
  })

  it('the start in the valley is dragged by a pointer, and all three optimizers start there', async () => {
    await open('downhill')
    const valley = section('Two weights: a valley')
    const start = valley.getByRole('slider', { name: /^start/ })
    await start.scrollIntoViewIfNeeded()
    const box = await start.locator('.downhill-start').boundingBox()
    if (!box) throw new Error('the start is not drawn')
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
    await page.mouse.move(x, y)
    await page.mouse.down()
    await page.mouse.move(x + 60, y - 30, { steps: 3 })
    await page.mouse.up()
    const moved = (await start.getAttribute('aria-valuetext')) ?? ''
    const [, first, second] = /^weights (\S+) and (\S+), cost/.exec(moved) ?? []
    expect(Number(first.replace('−', '-'))).toBeGreaterThan(-1)
    expect(Number(second.replace('−', '-'))).toBeGreaterThan(1.5)
    await valley.getByRole('button', { name: 'One step' }).click()
    await valley.getByText('The numbers of each step').click()
    const begin = await valley.getByRole('row').last().getByRole('cell').allTextContents()
    expect(begin).toEqual(Array.from({ length: 3 }, () => [`(${first}, ${second})`, begin[1]]).flat())
  })

  it('the same seed learns the same boundary, points come by click and key, and the output has a bias', async () => {
    await open('plane')
    const status = () => text('.plane-controls [aria-live]')
    await page.getByText('0 epochs: cost').waitFor()
    const learn = async () => {
      for (let epoch = 1; epoch <= 3; epoch++) {
        await page.getByRole('button', { name: 'One epoch' }).click()
        await page.getByText(`${epoch} epochs: cost`).waitFor()
      }
      return status()
    }
    const first = await learn()
    await page.getByRole('button', { name: 'Start again' }).click()
    await page.getByText(/^0 epochs: cost/).waitFor()
    expect(await learn()).toBe(first)

    await page.getByRole('radio', { name: 'none: draw your own' }).check()
    await page.getByText('There are no points to learn from.').waitFor()
    await page.locator('.plane-area').click({ position: { x: 100, y: 60 } })
    await page.getByText(/^Added class 1 at .*\. There are 1 points\.$/).waitFor()
    await page.getByRole('radio', { name: 'adds class 0' }).check()
    await page.getByRole('slider', { name: 'Cursor in the plane' }).focus()
    for (const key of ['ArrowRight', 'ArrowDown', 'Enter']) await page.keyboard.press(key)
    await page.getByText(/^Added class 0 at .*\. There are 2 points\.$/).waitFor()
    await page.keyboard.press('Delete')
    await page.getByText('Removed a point. There are 1 points.').waitFor()

    await page.getByRole('button', { name: 'output' }).click()
    await page.getByRole('slider', { name: 'bias' }).fill('5')
    await page.getByText(/cost 0\.00/).waitFor()
  })

  it('a pasted table becomes points, and an error names its line', async () => {
    await open('plane')
    await page.getByText('Use your own points').click()
    const table = page.getByRole('textbox', { name: 'Table' })
    await table.fill('size,price,<b>kind</b>\n1,10,cat\n2,x,dog\n')
    await page.getByRole('button', { name: 'Show 2 points' }).click()
    await page.getByText('Line 3, column “price”: expected a number, found “x”.').waitFor()
    await table.fill('size,price,<b>kind</b>\n1,10,cat\n2,20,dog\n')
    await page.getByRole('button', { name: 'Show 2 points' }).click()
    await page.getByRole('radio', { name: 'adds dog' }).waitFor()
    expect(await page.locator('.plane-point').count()).toBe(4)
    expect(await page.locator('b').count()).toBe(0)
  })

  it('the festival decision is that of note 001, and the perceptron learns what can be learned', async () => {
    await open('perceptron')
    const rows = async () =>
      (await page.locator('.perceptron-cases tbody tr').allTextContents()).map((row) => row.trim())
    expect(await rows()).toEqual([
      'nonono0 ≤ 5stay0.007',
      'nonoyes2 ≤ 5stay0.047',
      'noyesno2 ≤ 5stay0.047',
      'noyesyes4 ≤ 5stay0.269',
      'yesnono6 > 5go0.731',
      'yesnoyes8 > 5go0.953',
      'yesyesno8 > 5go0.953',
      'yesyesyes10 > 5go0.993',
    ])
    await page.getByRole('button', { name: 'Eager: threshold 3' }).click()
    expect((await rows())[3]).toBe('noyesyes4 > 3go0.731')
    await page.getByRole('slider', { name: /^The case that is shown/ }).focus()
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('ArrowRight')
    await page.getByText('The sum is 10, which is above the threshold 3: go.').waitFor()
    await page.getByRole('button', { name: 'Learn the weights' }).click()
    await page.getByText(/^Learned in \d+ epochs with \d+ corrections: /).waitFor()
    expect((await rows()).map((row) => /go|stay/.exec(row)?.[0])).toEqual([
      ...['stay', 'stay', 'stay', 'go'],
      ...['go', 'go', 'go', 'go'],
    ])
    await page.getByRole('button', { name: 'Try: weather or friend, but not both' }).click()
    await page.getByRole('button', { name: 'Learn the weights' }).click()
    await page.getByText(/^No weights give these answers: /).waitFor()
  })
})

describe.skipIf(withoutBrowser && !browserExpected)(`the slice of the cost${withoutBrowser}`, () => {
  it('shows how the network of the session moves, stays while another view is shown, and ends with the network', async () => {
    const seen = await seeSession(await fewDigits())
    try {
      const page = await seen.open('downhill', { colorScheme: 'dark' })
      await page.getByRole('button', { name: 'Compute a slice' }).click()
      const moved = page.getByText(/^Cost on these rows: /)
      const costs = async () => {
        await moved.waitFor({ timeout: 50_000 })
        const [, before, now] = /: (\S+) at the cross, (\S+) now\. /.exec((await moved.textContent()) ?? '') ?? []
        return { before: Number(before), now: Number(now) }
      }
      const start = await costs()
      expect(start.now).toBe(start.before)
      await page.getByText('The weights have moved by 0; they are 0 away from this plane.').waitFor()

      await page.getByRole('button', { name: 'Learn one epoch' }).click()
      await page.getByText(/The weights have moved by [^0]/).waitFor()
      await expect.poll(async () => (await costs()).now).toBeLessThan(start.before)
      expect((await costs()).before).toBe(start.before)

      await expect.poll(() => seen.session.state.phase).toBe('paused')
      const { batches } = seen.session.state.position
      await page.getByRole('button', { name: 'Learn one batch' }).click()
      await expect.poll(() => seen.session.state.position.batches).toBe(batches + 1)

      // A session has one slice: that of another page ends this one, when the page asks for its place the next time.
      await seen.session.ask('slice', { seed: 1, size: 3 })
      await seen.session.command(String(seen.session.state.writer), { do: 'step', size: 'batch' })
      await page.getByText('The slice is gone: ').waitFor()
      await page.getByRole('button', { name: 'Compute a slice' }).click()
      const { before, now } = await costs()
      expect(now).toBe(before)

      await page.getByRole('link', { name: 'Perceptron' }).click()
      await page.locator('.perceptron').waitFor()
      await page.getByRole('link', { name: 'Downhill' }).click()
      expect(await moved.textContent()).toContain(` at the cross, ${now} now.`)
      expect(await axeFindings(page)).toEqual([])
      expect(await overflow(page)).toBe(0)
      await seen.session.command(String(seen.session.state.writer), { do: 'restart', settings: {} })
      await page.getByText('The slice is gone: ').waitFor()
      expect(seen.complaints).toEqual([])
    } finally {
      await seen.close()
    }
  })
})
