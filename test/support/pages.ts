import { readFileSync } from 'node:fs'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'

const axe = readFileSync(new URL('../../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8')

/** A page, and what it did that it must not do. */
export interface WatchedPage {
  readonly page: Page
  /** Errors and warnings on the console, with violations of the policy, uncaught errors, and requests to others. */
  readonly faults: readonly string[]
}

/**
 * Opens an address in a new window with these options, or as another tab of the window of a page. Adds to `faults` what
 * the page does wrong.
 */
export async function openPage(
  window: Browser | Page,
  address: string,
  options: BrowserContextOptions = {},
  faults: string[] = [],
): Promise<WatchedPage> {
  const context =
    'newContext' in window
      ? await window.newContext({ locale: 'en', viewport: { width: 1280, height: 800 }, ...options })
      : window.context()
  const page = await context.newPage()
  const { protocol, host, pathname } = new URL(address)
  const own = protocol === 'file:' ? `file://${pathname}` : `${protocol}//${host}/`
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) faults.push(`console: ${message.text()}`)
  })
  page.on('pageerror', (error) => faults.push(`error: ${error.message}`))
  page.on('request', (request) => {
    const url = request.url()
    if (!/^(data|blob):/.test(url) && !url.startsWith(own)) faults.push(`request: ${url}`)
  })
  await page.goto(address)
  return { page, faults }
}

/**
 * What axe finds in a page. A script that Chromium's debugger adds is not subject to the policy of the page.
 */
export async function axeFindings(page: Page): Promise<string[]> {
  if (!(await page.evaluate("'axe' in window"))) await page.evaluate(axe)
  return page.evaluate(`axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
    violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => 'axe: ' + id + ': ' + html.slice(0, 200))))`)
}

/** Presses Tab, or another key, until the element that has the focus is like this one. */
export async function tabTo(page: Page, selector: string, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  const isThere = `document.activeElement.matches(${JSON.stringify(selector)})`
  for (let pressed = 0; pressed < 200; pressed++) {
    await page.keyboard.press(key)
    if (!(await page.evaluate(isThere))) continue
    if (await page.evaluate("document.activeElement.matches(':focus-visible')")) return
    throw new Error(`${selector} has the focus, but does not show it`)
  }
  throw new Error(`no element like ${selector} is reached with ${key}`)
}
