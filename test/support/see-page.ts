import { readFileSync } from 'node:fs'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { digits, type Network } from '#src/index'
import type { Settings } from '#src/see/protocol'
import { serve } from '#src/see/server'
import { createSession, type Session } from '#src/see/session'
import type { SessionData } from '#src/see/settings'
import { launch } from './chromium.js'
import { openPage } from './pages.js'

const html = readFileSync(new URL('../../dist/web/index.html', import.meta.url), 'utf8')

/** A session on a server, in a browser that collects what its pages complain of. */
export interface SeenSession {
  readonly session: Session
  /** Opens a view of the page. */
  open(view: string, options?: BrowserContextOptions): Promise<Page>
  /** What all pages did wrong so far, as in `WatchedPage.faults`. */
  readonly complaints: readonly string[]
  close(): Promise<void>
}

/** The data of a session: a few drawn digits. */
export async function fewDigits(): Promise<SessionData> {
  return {
    name: 'digits',
    training: await digits({ count: 400, seed: 1 }),
    test: await digits({ count: 100, seed: 2 }),
  }
}

/** Serves a session with these data, and starts a browser. Without a network it begins with a new one. */
export async function seeSession(
  data: SessionData,
  settings: Partial<Settings> = {},
  network?: Network,
): Promise<SeenSession> {
  const session = createSession({ data, settings, network })
  const server = await serve({ session, page: { html } })
  const browser: Browser = await launch()
  const complaints: string[] = []
  return {
    session,
    complaints,
    async open(view, options = {}) {
      const address = server.address.replace('#', `#${view}&`)
      const window = { viewport: { width: 1280, height: 900 }, ...options }
      const { page } = await openPage(browser, address, window, complaints)
      return page
    },
    async close() {
      await browser.close()
      await server.close()
      await session.close()
    },
  }
}

/** The pixels by which a page is wider than its window. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate('document.documentElement.scrollWidth - innerWidth')
}
