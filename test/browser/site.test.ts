import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkHtml } from '../../scripts/check-links.mjs'
import { launch, withoutBrowser } from '../support/chromium.js'
import { temporaryFolder } from '../support/files.js'

const root = resolve(import.meta.dirname, '../..')
const site = join(temporaryFolder(), 'build-site')
execFileSync(process.execPath, [join(root, 'scripts/build-site.mjs'), site])

/** A static host that serves the site in a subfolder, with the types that every host sends. */
const types: Record<string, string> = { '.html': 'text/html', '.mjs': 'text/javascript' }
const host = createServer(async ({ url = '' }, response) => {
  const path = decodeURIComponent(new URL(url, 'http://host').pathname)
  const content = await readFile(join(site, path.replace(/^\/deep\/folder\//, ''))).catch(() => undefined)
  if (content === undefined || !path.startsWith('/deep/folder/')) return void response.writeHead(404).end()
  response.writeHead(200, { 'Content-Type': types[extname(path)] ?? 'application/octet-stream' }).end(content)
})

describe('the static site', () => {
  it('has links only to files and headings that are in it', () => {
    // The script of the first page has texts that look like links.
    expect(checkHtml(site).filter((problem: string) => !problem.startsWith('index.html '))).toEqual([])
    const [, tutorial] = /<link rel="help" href="([^"]*)"/.exec(readFileSync(join(site, 'index.html'), 'utf8')) ?? []
    expect(existsSync(join(site, tutorial))).toBe(true)
  })
})

describe.skipIf(withoutBrowser !== '')(`the static site in Chromium${withoutBrowser}`, () => {
  let browser: Browser
  let address: string
  beforeAll(async () => {
    await new Promise<void>((listening) => host.listen(0, '127.0.0.1', listening))
    address = `http://127.0.0.1:${(host.address() as AddressInfo).port}/deep/folder`
    browser = await launch()
  })
  afterAll(async () => {
    await browser?.close()
    host.close()
  })

  /** Opens a page, and records what it must not do: messages of the console, errors, and requests for other files. */
  async function open(place: string, path: string): Promise<{ page: Page; faults: string[] }> {
    const url = `${place}/${path}`
    const page = await browser.newPage()
    const faults: string[] = []
    page.on('console', (message) => faults.push(`console: ${message.text()}`))
    page.on('pageerror', (error) => faults.push(`error: ${error.message}`))
    page.on('request', (request) => {
      const requested = request.url()
      if (requested !== url && !/^(data|blob):/.test(requested)) faults.push(`request: ${requested}`)
    })
    await page.goto(url)
    return { page, faults }
  }

  const places = [
    ['a file', () => pathToFileURL(site).href],
    ['a subfolder of a static host', () => address],
  ] as const

  it.each(places)('shows the trained network from %s, without a request', async (_, place) => {
    const { page, faults } = await open(place(), 'index.html')
    await page.getByText('784-128-10').waitFor()
    // A stranger writes a 1 in a corner, and it is read at once.
    const { x, y, width, height } = (await page.locator('.pad canvas').boundingBox()) ?? expect.fail('no pad')
    await page.mouse.move(x + 0.7 * width, y + 0.2 * height)
    await page.mouse.down()
    for (let i = 1; i <= 10; i++) await page.mouse.move(x + 0.7 * width, y + (0.2 + 0.05 * i) * height)
    await page.mouse.up()
    await page.locator('[data-test=answer]').getByText('1', { exact: true }).waitFor()
    await page.getByRole('link', { name: 'Tutorial', exact: true }).click()
    await page.getByRole('heading', { level: 1 }).waitFor()
    expect(page.url()).toBe(`${place()}/docs/learn/tutorial.html`)
    await page.close()
    // The tutorial is the only other file that was asked for.
    expect(faults).toEqual([`request: ${place()}/docs/learn/tutorial.html`])
  })

  it.each(places)('leads from the tutorial to each of its pages, from %s', async (_, place) => {
    const { page, faults } = await open(place(), 'docs/learn/tutorial.html')
    const chapters = await page.evaluate<string[]>("[...document.querySelectorAll('ol a')].map(({ href }) => href)")
    expect(chapters.length).toBeGreaterThan(4)
    await page.close()
    for (const chapter of chapters) {
      const { page, faults: others } = await open(place(), chapter.slice(`${place()}/`.length))
      expect(await page.getByRole('heading', { level: 1 }).count()).toBe(1)
      // A picture that the policy refuses has no width.
      expect(await page.evaluate('[...document.images].filter(({ naturalWidth }) => naturalWidth === 0).length')).toBe(
        0,
      )
      // The style that the policy refuses would leave the text over the whole width.
      expect(await page.evaluate('document.body.clientWidth')).toBeLessThan(800)
      faults.push(...others)
      await page.close()
    }
    expect(faults).toEqual([])
  })
})
