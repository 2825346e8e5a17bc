/**
 * Measures what the page of `descent-nn see` has to reach, in real Chromium against the real server
 * (`npm run bench:see`). While the network learns, server and browser have a processor each where `taskset` is installed.
 * `--soak 60` lets the server run for an hour with four tabs. `--only start,pens` measures these parts alone. `--smoke` tries
 * everything once, without useful figures.
 */

import { readFile } from 'node:fs/promises'
import { gzipSync } from 'node:zlib'
import { digits } from 'descent-nn'
import { type Browser, chromium } from 'playwright-core'
import { demoWeights } from '#src/see/demo-weights'
import { readOptions, wholeNumber } from './command-line.js'
import { describeMachine } from './machine.js'
import { formatFigure, formatTable } from './report/table.js'
import { measurePen, type PenTimes } from './see/pen.js'
import { canPin, pinThisProcess, startServer } from './see/server-process.js'
import { soak } from './see/soak.js'
import { measureRound, type Round, type Speed } from './see/training.js'
import { median } from './statistics.js'

const options = readOptions(
  'npm run bench:see -- [--rounds 5] [--soak MINUTES] [--only PARTS] [--chromium PATH] [--smoke]',
  {
    rounds: { type: 'string', default: '5' },
    soak: { type: 'string', default: '1' },
    only: { type: 'string', default: 'size,start,pens,training,soak' },
    chromium: { type: 'string', default: process.env.DESCENT_CHROMIUM ?? '/usr/bin/chromium' },
    smoke: { type: 'boolean', default: false },
  },
)
const { smoke } = options
const rounds = smoke ? 1 : wholeNumber('rounds', options.rounds)
const minutes = smoke ? 0.05 : wholeNumber('soak', options.soak)
const few = smoke ? ['--count', '500'] : []

interface Row {
  readonly what: string
  readonly goal: string
  readonly figures: readonly number[]
  readonly unit: string
}

const openBrowser = () =>
  chromium.launch({
    executablePath: options.chromium,
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'],
  })
const parts: Readonly<Record<string, { measure(browser: Browser): Promise<Row[]>; readonly isPinned: boolean }>> = {
  size: { measure: measureSize, isPinned: false },
  start: { measure: measureStart, isPinned: false },
  pens: { measure: measurePens, isPinned: false },
  training: { measure: measureTraining, isPinned: true },
  soak: { measure: measureSoak, isPinned: true },
}
const wanted = options.only.split(',')
const unknown = wanted.find((name) => !Object.hasOwn(parts, name))
if (unknown !== undefined) throw new Error(`there is no part ${unknown}: name some of ${Object.keys(parts)}`)
const { processor, node, load } = describeMachine()
const rows: Row[] = []
let version = ''
// Once this process is pinned, it stays so. The parts that may use all processors come first.
for (const isPinned of [false, true]) {
  const names = wanted.filter((name) => parts[name].isPinned === isPinned)
  if (names.length === 0) continue
  if (isPinned) pinThisProcess()
  const browser = await openBrowser()
  version = browser.version()
  for (const name of names) rows.push(...(await parts[name].measure(browser)))
  await browser.close()
}

console.log(`${processor}; ${node}; Chromium ${version}; ${load}`)
console.log(canPin ? 'training and soak: server on processor 0, browser on processor 1\n' : '')
const format = (figure: number, unit: string) => `${formatFigure(figure)} ${unit}`
const cells = rows.map(({ what, goal, figures, unit }) => [
  what,
  goal,
  format(median(figures), unit),
  figures.length > 1 ? `${formatFigure(Math.min(...figures))} to ${formatFigure(Math.max(...figures))}` : '',
])
console.log(formatTable(['what', 'goal', 'median', 'rounds'], cells))

async function repeat<Result>(measure: () => Promise<Result>): Promise<Result[]> {
  const results: Result[] = []
  for (let round = 0; round < rounds; round++) results.push(await measure())
  return results
}

/** The page with gzip, with and without the weights of the trained network. */
async function measureSize(): Promise<Row[]> {
  const html = await readFile(new URL('../dist/web/index.html', import.meta.url), 'utf8')
  // A script that was made smaller writes the ends of lines as two characters.
  const without = html.replace(demoWeights.replaceAll('\n', '\\n'), '')
  if (without === html) throw new Error('the page does not have the weights of the trained network')
  const kilobytes = (text: string) => gzipSync(text, { level: 9 }).length / 1000
  return [
    { what: 'page without trained weights, gzip', goal: '200 kB', figures: [kilobytes(without)], unit: 'kB' },
    {
      what: 'trained weights in the page, gzip',
      goal: '120 kB',
      figures: [kilobytes(html) - kilobytes(without)],
      unit: 'kB',
    },
  ]
}

/** From the start of `descent-nn see` to the picture of the network in an open browser. */
async function measureStart(browser: Browser): Promise<Row[]> {
  const page = await browser.newPage()
  const measure = async () => {
    const start = performance.now()
    const server = await startServer(few, '0,1', false)
    const address = performance.now() - start
    await page.goto(server.address, { waitUntil: 'commit' })
    await page.locator('canvas.network-picture').waitFor()
    await page.evaluate('new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted)))')
    const picture = performance.now() - start
    await server.close()
    return { address: address / 1000, picture: picture / 1000 }
  }
  // The first page of a browser that has just started waits for parts of the browser itself.
  await measure()
  const times = await repeat(measure)
  await page.close()
  const drawing = await repeat(async () => {
    const start = performance.now()
    await digits({ count: smoke ? 500 : 7000, seed: 1 })
    return (performance.now() - start) / 1000
  })
  return [
    { what: 'start to first picture', goal: '1 s', figures: times.map(({ picture }) => picture), unit: 's' },
    { what: 'of it: start to address', goal: '', figures: times.map(({ address }) => address), unit: 's' },
    { what: 'of it: drawing the digits', goal: '', figures: drawing, unit: 's' },
  ]
}

async function measurePens(browser: Browser): Promise<Row[]> {
  const server = await startServer(few, '0,1')
  const page = await browser.newPage()
  await page.goto(server.address.replace('#', '#draw&'))
  await server.command({ do: 'load-demo' })
  await page.locator('.output-bars').waitFor()
  const times: PenTimes[] = await repeat(() => measurePen(browser, page, smoke ? 10 : 100))
  await page.close()
  await server.close()
  return [
    { what: 'script for a move of the pen, p95', goal: '8 ms', figures: times.map(({ script }) => script), unit: 'ms' },
    {
      what: 'of it: processor time, p95',
      goal: '',
      figures: times.map(({ processor }) => processor),
      unit: 'ms',
    },
    { what: 'pen to frame with outputs, p95', goal: '33 ms', figures: times.map(({ frame }) => frame), unit: 'ms' },
  ]
}

async function measureTraining(browser: Browser): Promise<Row[]> {
  const server = await startServer(smoke ? few : ['--count', '60000'], '0')
  await server.command({ do: 'restart', settings: { epochs: 100_000 } }, { do: 'learn', pace: 'full' })
  const page = await browser.newPage()
  const results: Round[] = await repeat(() => measureRound(server, page, smoke ? 0.5 : 5))
  await page.close()
  await server.close()
  const loss = (of: 'visible' | 'hidden', per: keyof Speed) =>
    results.map((round) => 100 * (1 - round[of][per] / round.alone[per]))
  return [
    { what: 'batches a second without a tab', goal: '', figures: results.map(({ alone }) => alone.second), unit: '' },
    { what: 'loss of speed with a visible tab', goal: '3 %', figures: loss('visible', 'second'), unit: '%' },
    { what: 'of it: per processor time', goal: '', figures: loss('visible', 'processorSecond'), unit: '%' },
    { what: 'loss of speed with a hidden tab', goal: '0 %', figures: loss('hidden', 'second'), unit: '%' },
    { what: 'of it: per processor time', goal: '', figures: loss('hidden', 'processorSecond'), unit: '%' },
    { what: 'time of a frame in training, p95', goal: '20 ms', figures: results.map(({ frame }) => frame), unit: 'ms' },
    { what: 'event loop delay, p99', goal: '10 ms', figures: results.map(({ delay }) => delay), unit: 'ms' },
  ]
}

async function measureSoak(browser: Browser): Promise<Row[]> {
  const { growth, delay } = await soak(browser, minutes, smoke ? 500 : 60_000)
  return [
    { what: `memory added in ${minutes} min, four tabs`, goal: '20 MB', figures: [growth], unit: 'MB' },
    { what: 'event loop delay, p99, four tabs', goal: '10 ms', figures: [delay], unit: 'ms' },
  ]
}
