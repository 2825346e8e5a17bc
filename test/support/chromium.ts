import { accessSync, constants } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium, type Page } from 'playwright-core'

const root = fileURLToPath(new URL('../..', import.meta.url))
const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome']

/** The browser of this machine: DESCENT_CHROMIUM, or an installed one. */
const executable = process.env.DESCENT_CHROMIUM ?? names.flatMap(placesOf).find(isExecutable)

/** Added to the names of tests if there is no browser; otherwise empty. */
export const withoutBrowser = executable ? '' : ' [not here: no Chromium is installed, and DESCENT_CHROMIUM is not set]'

/** Whether a browser must be there, so that tests fail instead of being skipped. */
export const browserExpected = process.env.DESCENT_EXPECT_BROWSER === '1'

function placesOf(name: string): string[] {
  return (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, name))
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** The files of this repository that pages may load, by path. */
const served: Record<string, [file: string, type: string]> = {
  '/plain': ['test/browser/page.html', 'text/html'],
  '/isolated': ['test/browser/page.html', 'text/html'],
  '/page.mjs': ['test/browser/page.mjs', 'text/javascript'],
  '/example/': ['examples/pipelines/browser-page/index.html', 'text/html'],
  '/example/page.mjs': ['examples/pipelines/browser-page/page.mjs', 'text/javascript'],
  '/descent/browser.js': ['dist/bundle/browser.js', 'text/javascript'],
}

/** Starts a browser and a page server. `/isolated` is cross-origin isolated, so it has shared memory. */
export async function startBrowser(): Promise<{ open: (path: string) => Promise<Page>; close: () => Promise<void> }> {
  const server = createServer(async ({ url = '' }, response) => {
    const place = served[url]
    if (!place) return void response.writeHead(404).end()
    const isolation = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' }
    response.writeHead(200, { 'Content-Type': place[1], ...(url === '/isolated' && isolation) })
    response.end(await readFile(join(root, place[0])))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const browser = await chromium.launch({
    executablePath: executable ?? '',
    // These allow root, and containers with little shared memory.
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'],
  })
  return {
    async open(path) {
      const page = await browser.newPage()
      await page.goto(`http://127.0.0.1:${port}${path}`)
      return page
    },
    async close() {
      await browser.close()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
