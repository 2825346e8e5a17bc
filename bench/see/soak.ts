import { get, type IncomingMessage } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import type { Browser } from 'playwright-core'
import { pageHeader, tokenHeader } from '#src/see/wire'
import { median } from '../statistics.js'
import { startServer } from './server-process.js'

/**
 * Lets a server train for some minutes with three tabs and one that reads nothing. Returns by how many MB its memory grew
 * meanwhile, and the 99th percentile of the event loop's delay in milliseconds. A minute before that fills the timeline,
 * whose memory has a bound.
 */
export async function soak(
  browser: Browser,
  minutes: number,
  digits: number,
): Promise<{ readonly growth: number; readonly delay: number }> {
  const server = await startServer(['--count', String(digits)], '0,1')
  const pages = await Promise.all(
    ['learning', 'neurons', 'draw'].map(async (view) => {
      const page = await browser.newPage()
      await page.goto(server.address.replace('#', `#${view}&`))
      return page
    }),
  )
  const unstall = stall(server)
  // A pace that a person can follow for an hour: at full speed the list of epochs alone would fill the memory.
  await server.command({ do: 'restart', settings: { epochs: 100_000 } }, { do: 'learn', pace: 1000 })
  const memory = async () => {
    const probed: number[] = []
    for (let i = 0; i < 5; i++) {
      await wait(200)
      probed.push((await server.probe()).memory)
    }
    return median(probed)
  }
  await wait(60_000 * Math.min(1, minutes))
  const before = await memory()
  await wait(60_000 * minutes)
  const { delay } = await server.probe()
  const growth = (await memory()) - before
  unstall()
  for (const page of pages) await page.close()
  await server.close()
  return { growth, delay }
}

/** Watches a session without reading what it sends, and again whenever the server ends that. */
function stall({ origin, token }: { readonly origin: string; readonly token: string }): () => void {
  let isEnded = false
  let response: IncomingMessage | undefined
  function begin(): void {
    if (isEnded) return
    const request = get(`${origin}/stream`, { headers: { [tokenHeader]: token, [pageHeader]: 'a-stalled-page' } })
    request.on('response', (next) => {
      response = next
      // A response without a reader stays unread.
      next.pause()
    })
    request.on('error', () => {})
    request.on('close', () => setTimeout(begin, 200))
  }
  begin()
  return () => {
    isEnded = true
    response?.destroy()
  }
}
