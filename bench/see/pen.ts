import type { Browser, Page } from 'playwright-core'
import { quantile } from '../statistics.js'

/** What moves of the pen took, at the 95th percentile, in milliseconds. */
export interface PenTimes {
  /** The script of the page, from a move to the next one. */
  readonly script: number
  /** The processor time of that script, which does not have what other programs take of the processor meanwhile. */
  readonly processor: number
  /** From a move to the frame that shows other outputs. */
  readonly frame: number
}

interface TraceEvent {
  readonly name: string
  readonly ph: string
  /** When the event began, and how long it took, in microseconds: by the clock, and in processor time of the thread. */
  readonly ts: number
  readonly dur?: number
  readonly tts?: number
  readonly tdur?: number
  readonly pid: number
  readonly tid: number
  readonly args: { readonly data?: { readonly type?: string; readonly url?: string } }
}

/** The events of a trace during which scripts run. They can be in each other. */
const scripts = new Set(['EventDispatch', 'FunctionCall', 'RunMicrotasks', 'FireAnimationFrame', 'TimerFire'])

/** Keeps in the page how long after a move of the pen a frame with other outputs was painted. */
const watchOutputs = `(() => {
  globalThis.untilFrame = []
  let moved
  addEventListener('pointermove', (event) => { moved ??= event.timeStamp }, true)
  const painted = new MessageChannel()
  painted.port1.onmessage = ({ data }) => untilFrame.push(performance.now() - data)
  new MutationObserver(() => {
    if (moved === undefined) return
    const since = moved
    moved = undefined
    requestAnimationFrame(() => painted.port2.postMessage(since))
  }).observe(document.querySelector('.output-bars'), { subtree: true, attributes: true, characterData: true })
})()`

/** Draws a spiral on the pad of a page that shows the view `draw`. The server answers each move. */
export async function measurePen(browser: Browser, page: Page, moves: number): Promise<PenTimes> {
  const pad = await page.locator('.pad canvas').boundingBox()
  if (!pad) throw new Error('the page shows no pad')
  await page.evaluate(watchOutputs)
  const placeOf = (move: number): [number, number] => {
    const angle = (5 * Math.PI * move) / moves
    const radius = (0.1 + (0.3 * move) / moves) * pad.width
    return [pad.x + pad.width / 2 + radius * Math.cos(angle), pad.y + pad.height / 2 + radius * Math.sin(angle)]
  }
  await browser.startTracing(page, { categories: ['devtools.timeline'] })
  await page.mouse.move(...placeOf(0))
  await page.mouse.down()
  for (let move = 1; move <= moves; move++) {
    await page.mouse.move(...placeOf(move))
    await page.waitForTimeout(60)
  }
  await page.mouse.up()
  const trace = JSON.parse((await browser.stopTracing()).toString()) as { readonly traceEvents: TraceEvent[] }
  const untilFrame: number[] = await page.evaluate('untilFrame')
  // The second tool clears the pad.
  await page.locator('.drawing-tools .buttons button').nth(1).click()
  const at95 = (clock: Clock) => quantile(scriptOfMoves(trace.traceEvents, clock).slice(1), 0.95)
  return {
    script: at95(({ ts, dur }) => [ts, dur]),
    processor: at95(({ tts, tdur }) => [tts, tdur]),
    frame: quantile(untilFrame, 0.95),
  }
}

/** The start of an event and how long it took. */
type Clock = (event: TraceEvent) => readonly [start: number | undefined, duration: number | undefined]

/**
 * Returns how long scripts ran in the page's main thread, from each move to the next one, in milliseconds. The functions
 * of this bench and of Playwright do not count.
 */
function scriptOfMoves(events: readonly TraceEvent[], clock: Clock): number[] {
  const isMove = ({ name, args }: TraceEvent) => name === 'EventDispatch' && args.data?.type === 'pointermove'
  const isForeign = ({ name, args }: TraceEvent) => name === 'FunctionCall' && !args.data?.url
  const first = events.find(isMove)
  if (!first) throw new Error('the trace has no moves of the pen')
  const ofPage = events
    .filter(({ pid, tid, ph, name }) => pid === first.pid && tid === first.tid && ph === 'X' && scripts.has(name))
    .sort((a, b) => a.ts - b.ts)
  const times: number[] = []
  let [end, foreignEnd] = [0, 0]
  for (const event of ofPage) {
    if (isMove(event)) times.push(0)
    const [start = 0, duration = 0] = clock(event)
    if (times.length === 0 || start + duration <= foreignEnd) continue
    const added = Math.max(0, start + duration - Math.max(end, start))
    // What a foreign function took is in the sum already if it was called within another event.
    times[times.length - 1] += (isForeign(event) ? added - duration : added) / 1000
    end = Math.max(end, start + duration)
    if (isForeign(event)) foreignEnd = end
  }
  return times
}
