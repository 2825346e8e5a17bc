import type { Browser, Page } from 'playwright-core'
import { quantile } from '../statistics.js'

/** What moves of the pen took, at the 95th percentile, in milliseconds. */
export interface PenTimes {
  /** The script of the page, from a move to the next one. */
  readonly script: number
  /** From a move to the frame that shows other outputs. */
  readonly frame: number
}

interface TraceEvent {
  readonly name: string
  readonly ph: string
  readonly ts: number
  readonly dur?: number
  readonly pid: number
  readonly tid: number
  readonly args: { readonly data?: { readonly type?: string } }
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
  return { script: quantile(scriptOfMoves(trace.traceEvents).slice(1), 0.95), frame: quantile(untilFrame, 0.95) }
}

/** Returns how long scripts ran in the page's main thread, from each move to the next one, in milliseconds. */
function scriptOfMoves(events: readonly TraceEvent[]): number[] {
  const isMove = ({ name, args }: TraceEvent) => name === 'EventDispatch' && args.data?.type === 'pointermove'
  const first = events.find(isMove)
  if (!first) throw new Error('the trace has no moves of the pen')
  const ofPage = events
    .filter(({ pid, tid, ph, name }) => pid === first.pid && tid === first.tid && ph === 'X' && scripts.has(name))
    .sort((a, b) => a.ts - b.ts)
  const times: number[] = []
  let end = 0
  for (const event of ofPage) {
    if (isMove(event)) times.push(0)
    const until = event.ts + (event.dur ?? 0)
    if (times.length > 0) times[times.length - 1] += Math.max(0, until - Math.max(end, event.ts)) / 1000
    end = Math.max(end, until)
  }
  return times
}
