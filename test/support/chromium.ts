import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { type Browser as Chromium, chromium, type Page } from 'playwright-core'
import { rollup } from 'rollup'

const root = fileURLToPath(new URL('../..', import.meta.url))
const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome']

/** The browser of this machine: DESCENT_CHROMIUM, or an installed one. */
export const executable = process.env.DESCENT_CHROMIUM ?? names.flatMap(placesOf).find(isExecutable)

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
  '/without-wasm': ['test/browser/page.html', 'text/html'],
  '/page.mjs': ['test/browser/page.mjs', 'text/javascript'],
  '/example/': ['examples/pipelines/browser-page/index.html', 'text/html'],
  '/example/page.mjs': ['examples/pipelines/browser-page/page.mjs', 'text/javascript'],
  '/descent/browser.js': ['dist/bundle/browser.js', 'text/javascript'],
}

interface Browser {
  open(path: string): Promise<Page>
  /** Runs the body of an async function in a page of a file, with the library as the variable `descent`. */
  openFile(work: string): Promise<unknown>
  close(): Promise<void>
}

/** Starts the browser of this machine. */
export function launch(): Promise<Chromium> {
  return chromium.launch({
    executablePath: executable ?? '',
    // These allow root, and containers with little shared memory.
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'],
  })
}

/**
 * Starts a browser and a page server. `/isolated` is cross-origin isolated, so it has shared memory. `/without-wasm`
 * allows no WebAssembly.
 */
export async function startBrowser(): Promise<Browser> {
  const server = createServer(async ({ url = '' }, response) => {
    const place = served[url]
    if (!place) return void response.writeHead(404).end()
    const isolation = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' }
    const policy = { 'Content-Security-Policy': "script-src 'self'" }
    response.writeHead(200, {
      'Content-Type': place[1],
      ...(url === '/isolated' && isolation),
      ...(url === '/without-wasm' && policy),
    })
    response.end(await readFile(join(root, place[0])))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const browser = await launch()
  return {
    async open(path) {
      const page = await browser.newPage()
      await page.goto(`http://127.0.0.1:${port}${path}`)
      return page
    },
    async openFile(work) {
      const folder = mkdtempSync(join(tmpdir(), 'descent-page-'))
      const page = await browser.newPage()
      try {
        // A page of a file may load a script, but not a module.
        const bundle = await rollup({ input: join(root, 'dist/bundle/browser.js') })
        await bundle.write({ file: join(folder, 'descent.js'), format: 'iife', name: 'descent' })
        writeFileSync(
          join(folder, 'page.html'),
          '<!doctype html><meta charset="utf-8"><script src="descent.js"></script>',
        )
        await page.goto(pathToFileURL(join(folder, 'page.html')).href)
        return await page.evaluate(`(async () => {${work}})()`)
      } finally {
        await page.close()
        rmSync(folder, { recursive: true })
      }
    },
    async close() {
      await browser.close()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
