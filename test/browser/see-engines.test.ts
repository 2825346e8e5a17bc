import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { digits, Network } from '#src/index'
import { browserExpected, launch, withoutBrowser } from '../support/chromium.js'
import { axeFindings, openPage, type WatchedPage } from '../support/pages.js'
import { fewDigits, overflow, type SeenSession, seeSession } from '../support/see-page.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const file = join(root, 'dist/web/index.html')
const fileAddress = pathToFileURL(file).href

/** How far the costs of engines may differ: both compute in float32, and add up in different orders. */
const tolerance = 1e-3

/** The table of the epochs: their numbers and the costs on the training examples. */
async function shownCosts(page: Page): Promise<number[]> {
  await page.evaluate("location.hash = '/learning'")
  await page.locator('main[data-view=learning] details summary').click()
  const cells = await page.locator('main[data-view=learning] table tbody td:nth-child(2)').allTextContents()
  return cells.map(Number)
}

/** Replaces the network by a new one with the settings of Nielsen's book, and trains it. */
async function trainNew(page: Page, epochs: number): Promise<void> {
  await page.getByRole('button', { name: 'New network …' }).click()
  await page.getByRole('spinbutton', { name: 'Epochs' }).fill(String(epochs))
  await page.getByRole('button', { name: 'Make it' }).click()
  await page.getByText('784-30-10').waitFor()
  await page.getByRole('button', { name: 'Learn', exact: true }).click()
  await expect
    .poll(() => page.locator('.timeline output').innerText(), { timeout: 60_000 })
    .toMatch(new RegExp(`^Epoch ${epochs}: ([\\d,]+) of \\1`))
}

describe.skipIf(withoutBrowser && !browserExpected)(`two engines${withoutBrowser}`, () => {
  let seen: SeenSession
  beforeAll(async () => {
    seen = await seeSession(await fewDigits(), { epochs: 3 })
  })
  afterAll(() => seen?.close())

  it.each([
    ['light', 1280],
    ['dark', 360],
  ] as const)('learn side by side and reach the same cost: %s, %d pixels', async (colorScheme, width) => {
    const page = await seen.open('learning', { colorScheme, viewport: { width, height: 900 } })
    await page.getByRole('button', { name: 'Compare engines' }).click()
    await page.getByText(/^(wasm|typescript) in this page$/).waitFor({ timeout: 30_000 })
    await page.getByRole('button', { name: 'Start both' }).click()
    const panel = page.locator('.comparison')
    await panel.getByText(/^After 120 batches no parameter differs by more than/).waitFor({ timeout: 30_000 })
    await panel.getByText(/^The mean cost in epoch 3 was/).waitFor()
    const text = await panel.innerText()
    const [, difference] = /differs by more than (\S+)\.$/m.exec(text) ?? []
    expect(Number(difference)).toBeLessThan(tolerance)
    const [, native, own] = /was (\S+) on the server and (\S+) in this page/.exec(text) ?? []
    const [cost] = seen.session.state.epochs.slice(-1).map(({ cost }) => cost)
    expect(Number(native) / cost).toBeCloseTo(1, 5)
    expect(Math.abs(Number(own) / cost - 1)).toBeLessThan(tolerance)
    // Each shows how many examples a second it learned from.
    const speeds = [...text.matchAll(/([\d,]+) examples a second \(fastest ([\d,]+)\)/g)]
    expect(speeds.map(([, , fastest]) => Number(fastest.replaceAll(',', '')) > 0)).toEqual([true, true])
    expect(await axeFindings(page)).toEqual([])
    expect(await overflow(page)).toBe(0)
    await page.getByRole('button', { name: 'End', exact: true }).click()
    expect(await panel.count()).toBe(0)
    await page.context().close()
  })

  it('has nothing to complain of', () => expect(seen.complaints).toEqual([]))
})

/** What a page of a file computes must be what the library computes. */
async function expectedCosts(epochs: number): Promise<number[]> {
  const network = new Network([784, 30, 10], { seed: 1 })
  await network.fit(await digits({ count: 6000, seed: 1 }), { epochs, learningRate: 3, batchSize: 10 })
  return network.history.map(({ cost }) => cost)
}

/** Scripts that make a page of a browser in which no worker starts. */
const obstacles = {
  'throws at once': "window.Worker = class { constructor() { throw new DOMException('refused', 'SecurityError') } }",
  'says that it failed': `window.Worker = class extends EventTarget {
    set onmessage(_) {}
    set onerror(listener) { setTimeout(() => listener(new Event('error'))) }
    terminate() {}
  }`,
  'is not there': 'delete window.Worker',
} as const

describe.skipIf(withoutBrowser && !browserExpected)(`the engine of a page${withoutBrowser}`, () => {
  let browser: Browser
  let costs: number[]
  beforeAll(async () => {
    costs = await expectedCosts(1)
    browser = await launch()
  })
  afterAll(() => browser?.close())

  async function checkCost({ page, faults }: WatchedPage): Promise<void> {
    await page.getByText('784-128-10').waitFor({ timeout: 30_000 })
    await trainNew(page, 1)
    const [cost] = await shownCosts(page)
    expect(Math.abs(cost / costs[0] - 1)).toBeLessThan(tolerance)
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0)
    await page.context().close()
    expect(faults).toEqual([])
  }

  it('reaches the cost of the server from a file', async () => {
    const opened = await openPage(browser, fileAddress)
    await checkCost(opened)
  }, 120_000)

  it.each(Object.entries(obstacles))(
    'runs in the page itself where a worker %s',
    async (_, script) => {
      const context = await browser.newContext({ locale: 'en' })
      await context.addInitScript(script)
      const opened = await openPage(await context.newPage(), fileAddress)
      await checkCost(opened)
    },
    120_000,
  )

  it('runs in the page itself where the policy of the host forbids workers', async () => {
    const host = createServer((_, response) => {
      response.writeHead(200, { 'Content-Type': 'text/html', 'Content-Security-Policy': "worker-src 'none'" })
      response.end(readFileSync(file))
    })
    await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve))
    try {
      const faults: string[] = []
      const address = `http://127.0.0.1:${(host.address() as AddressInfo).port}/`
      const opened = await openPage(browser, address, {}, faults)
      // The browser itself says that it refused the worker, and nothing else is wrong.
      await opened.page.getByText('784-128-10').waitFor({ timeout: 30_000 })
      expect(faults.splice(0)).toEqual([expect.stringMatching(/^console: .*worker-src 'none'/)])
      await checkCost(opened)
    } finally {
      host.closeAllConnections()
      await new Promise((resolve) => host.close(resolve))
    }
  }, 120_000)
})
