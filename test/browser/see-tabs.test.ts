import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { serve } from '#src/see/server'
import { createSession } from '#src/see/session'
import { browserExpected, launch, withoutBrowser } from '../support/chromium.js'
import { temporaryFolder } from '../support/files.js'
import { axeFindings, openPage, type WatchedPage } from '../support/pages.js'
import { fewDigits } from '../support/see-page.js'
import { type SeeProgram, startSee, stateOf } from '../support/see-program.js'

const pageFile = new URL('../../dist/web/index.html', import.meta.url)

/** Programs start here, because `train` saves its network in the folder in which it is started. */
const cwd = temporaryFolder()

/** A port that no program takes by itself, as those that other tests start at the same time do. */
async function freePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return String(port)
}

const position = (page: Page) => page.locator('.timeline output').innerText()
const play = (page: Page) => page.locator('.transport-play')

/** Hides a page as a browser does when another tab is in front of it, or shows it again. */
const hide = (page: Page, hidden: boolean) =>
  page.evaluate(`{
    Object.defineProperty(document, 'hidden', { value: ${hidden}, configurable: true })
    document.dispatchEvent(new Event('visibilitychange'))
  }`)

const watchingText = 'Another tab controls the network. This one watches.'

describe.skipIf(withoutBrowser && !browserExpected)(`pages of one session${withoutBrowser}`, () => {
  let browser: Browser
  let program: SeeProgram | undefined
  const pages: WatchedPage[] = []
  beforeAll(async () => {
    browser = await launch()
  })
  afterAll(() => browser?.close())
  afterEach(async () => {
    for (const { page } of pages.splice(0)) await page.context().close()
    await program?.stop()
    program = undefined
  })

  async function see(...args: string[]): Promise<SeeProgram> {
    program = await startSee(['see', '--count', '600', ...args], { cwd })
    return program
  }
  async function open(window: Browser | Page, address: string): Promise<Page> {
    const opened = await openPage(window, address)
    pages.push(opened)
    await opened.page.locator('.timeline').waitFor()
    return opened.page
  }
  const faults = () => pages.flatMap(({ faults }) => faults)

  it('show a run again after a reload, and keep the token out of the address', async () => {
    const program = await see()
    const page = await open(browser, program.address)
    expect(page.url()).toBe(`${program.origin}/#/draw`)
    await page.locator('.transport select').selectOption({ label: '5 batches a second' })
    await play(page).click()
    await expect.poll(() => position(page)).toMatch(/^Epoch 1: \d+ of 600$/)
    const before = (await stateOf(program, 'test-page')).position.batches
    await page.reload()
    await expect.poll(() => play(page).innerText()).toBe('Pause')
    await expect.poll(() => position(page)).toMatch(/^Epoch \d+: \d+ of 600$/)
    await play(page).click()
    await expect.poll(() => play(page).innerText()).toBe('Learn')
    const { position: place, phase, curve } = await stateOf(program, 'test-page')
    expect(phase).toBe('paused')
    expect(place.batches).toBeGreaterThanOrEqual(before)
    expect(await position(page)).toBe(`Epoch ${place.epoch}: ${place.done} of 600`)
    expect(curve[0].batches).toBeLessThanOrEqual(before)
    expect(faults()).toEqual([])
  })

  it('obey one of two tabs, and the other when it takes control', async () => {
    const program = await see()
    const one = await open(browser, program.address)
    const two = await open(one, program.address)
    await two.getByText(watchingText).waitFor()
    expect(await play(two).isDisabled()).toBe(true)
    expect(await axeFindings(two)).toEqual([])
    await two.getByRole('button', { name: 'Take control' }).click()
    await one.getByText(watchingText).waitFor()
    expect(await play(one).isDisabled()).toBe(true)
    await two.getByRole('button', { name: '+1 batch' }).click()
    await expect.poll(() => position(one)).toBe('Epoch 1: 10 of 600')
    await two.close()
    await one.getByText(watchingText).waitFor({ state: 'detached' })
    expect(await play(one).isDisabled()).toBe(false)
    expect(faults()).toEqual([])
  })

  it('are seven or more, because hidden ones have no stream', async () => {
    const program = await see()
    const tabs = [await open(browser, program.address)]
    while (tabs.length < 8) {
      await hide(tabs[tabs.length - 1], true)
      tabs.push(await open(tabs[0], program.address))
    }
    const last = tabs[7]
    await last.getByRole('button', { name: '+1 batch' }).click()
    await expect.poll(() => position(last)).toBe('Epoch 1: 10 of 600')
    // A hidden tab shows nothing new until it is seen again.
    expect(await position(tabs[0])).toBe('Ready to learn')
    await hide(last, true)
    await hide(tabs[0], false)
    await expect.poll(() => position(tabs[0])).toBe('Epoch 1: 10 of 600')
    await expect.poll(() => play(tabs[0]).isDisabled()).toBe(false)
    expect(faults()).toEqual([])
  })

  it('say that the server has ended, and that a new one has another address, which opens in the same tab', async () => {
    const port = await freePort()
    const first = await see('--port', port)
    const page = await open(browser, first.address)
    const exit = once(first.child, 'exit')
    first.child.kill('SIGKILL')
    await exit
    await page.getByText('The connection to the server is lost. The page tries again.').waitFor()
    const second = await see('--port', port)
    expect(second.origin).toBe(first.origin)
    await page.getByText('the token is missing or wrong: open the address that the terminal shows').waitFor()
    expect(await axeFindings(page)).toEqual([])
    await page.goto(second.address)
    await page.getByText('The connection to the server is lost.').waitFor({ state: 'detached' })
    await page.getByRole('button', { name: '+1 batch' }).click()
    await expect.poll(() => position(page)).toBe('Epoch 1: 10 of 600')
    expect((await stateOf(second, 'test-page')).position.batches).toBe(1)
    // The browser itself reports requests that no server answered, or that the new one refused.
    expect(faults().filter((fault) => !/^console: Failed to load resource: /.test(fault))).toEqual([])
  })

  it('watch a run that the terminal controls, to its end', async () => {
    program = await startSee(['train', '--see', '--count', '600', '--epochs', '30', '--hidden', '12'], { cwd })
    const page = await open(browser, program.address)
    await page.getByText('The terminal controls this run. The page watches.').waitFor()
    expect(await page.getByRole('button', { name: 'Take control' }).count()).toBe(0)
    expect(await play(page).isDisabled()).toBe(true)
    await page.getByText('784-12-10, 9,550 parameters').waitFor()
    await expect.poll(() => position(page), { timeout: 30_000 }).toBe('Epoch 30 of 30: 600 of 600')
    for (const view of ['learning', 'settling', 'mistakes']) {
      await page.locator(`nav a[href="#/${view}"]`).click()
      await page.locator(`main[data-view=${view}]`).waitFor()
      expect([view, await axeFindings(page)]).toEqual([view, []])
    }
    expect(faults()).toEqual([])
  })

  it('open in the browser by an address that leads there once', async () => {
    const session = createSession({ data: await fewDigits(), machine: { backend: 'typescript' } })
    const server = await serve({ session, page: { html: readFileSync(pageFile, 'utf8') } })
    try {
      const page = await open(browser, server.addressForOnce())
      expect(page.url()).toBe(`http://127.0.0.1:${server.port}/#/draw`)
      await page.getByRole('button', { name: '+1 batch' }).click()
      await expect.poll(() => session.state.position.batches).toBe(1)
      expect(faults()).toEqual([])
    } finally {
      await server.close()
      await session.close()
    }
  })

  it('open without a token as a page of their own, which asks no server', async () => {
    const { origin } = await see()
    const page = await open(browser, `${origin}/`)
    await page.getByText('in this page').waitFor()
    await page.getByRole('button', { name: '+1 batch' }).click()
    await expect.poll(() => position(page)).toMatch(/^Epoch 1: 10 of /)
    expect(faults()).toEqual([])
  })
})
