import { setTimeout as wait } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import { quantile } from '../statistics.js'
import type { ServerProcess } from './server-process.js'

/** How many batches a server learns from, in a second, and in a second of processor time. */
export interface Speed {
  readonly second: number
  /** Does not depend on what other programs take of the processor. */
  readonly processorSecond: number
}

/** Returns how fast a server learns during some seconds, and what the work gives meanwhile. */
async function measureSpeed<Result>(server: ServerProcess, work: () => Promise<Result>): Promise<[Speed, Result]> {
  const before = await server.learned()
  const [start, used] = [performance.now(), await server.processorTime()]
  const result = await work()
  const after = await server.learned()
  const seconds = (performance.now() - start) / 1000
  const batches = after - before
  return [{ second: batches / seconds, processorSecond: batches / ((await server.processorTime()) - used) }, result]
}

/** What a round has measured. Times are in milliseconds. */
export interface Round {
  readonly alone: Speed
  readonly hidden: Speed
  readonly visible: Speed
  /** The 95th percentile of the times between two frames of the visible page. */
  readonly frame: number
  /** The 99th percentile of the delay of the server's event loop while the page is visible. */
  readonly delay: number
}

/** Compares the speed of training without a page, with a hidden one and with a visible one. */
export async function measureRound(server: ServerProcess, page: Page, seconds: number): Promise<Round> {
  await page.goto('about:blank')
  await wait(200)
  const [alone] = await measureSpeed(server, () => wait(1000 * seconds))
  await page.goto(server.address.replace('#', '#learning&'))
  await page.locator('.live-chart canvas').first().waitFor()
  await setHidden(page, true)
  await wait(300)
  const [hidden] = await measureSpeed(server, () => wait(1000 * seconds))
  await setHidden(page, false)
  await wait(300)
  await server.probe()
  const [visible, frames] = await measureSpeed(server, () => frameTimes(page, seconds))
  const { delay } = await server.probe()
  return { alone, hidden, visible, frame: quantile(frames, 0.95), delay }
}

/** A browser without windows never hides a page, so a script makes the page believe that it is hidden. */
function setHidden(page: Page, isHidden: boolean): Promise<void> {
  return page.evaluate(`
    Object.defineProperty(document, 'hidden', { value: ${isHidden}, configurable: true })
    document.dispatchEvent(new Event('visibilitychange'))`)
}

function frameTimes(page: Page, seconds: number): Promise<number[]> {
  return page.evaluate(`new Promise((resolve) => {
    const times = []
    const end = performance.now() + ${1000 * seconds}
    let last
    requestAnimationFrame(function frame(now) {
      if (last !== undefined) times.push(now - last)
      last = now
      if (now < end) requestAnimationFrame(frame)
      else resolve(times)
    })
  })`)
}
