/**
 * Measures how fast streams of rows go through a network. Start it with
 * `npm run bench:streams -- --rows 10000000 --backend native`.
 *
 * The first part sends a long stream of rows as objects through `network.classifier`, and measures memory and event
 * loop delay. The TypeScript backend gets a fiftieth of the rows. The second part measures the time of streams of
 * objects and of streams of batches, relative to `predict` on the same rows in memory. The second part runs twice, with
 * pixels as bytes and as floats.
 *
 * The exit code is 1 if a figure in the printed table reaches its limit.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { parseArgs } from 'node:util'
import { Dataset, Network } from 'descent-nn'
import { describeMachine } from './machine.js'
import { createPictures } from './scale/data.js'
import { type Figure, isExceeded, peakMemory, type Row, tableOf } from './scale/figure.js'
import { residentAfterGarbage } from './scale/settle.js'
import { median } from './statistics.js'

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '10000000' },
    rounds: { type: 'string', default: '7' },
    backend: { type: 'string', default: 'native,typescript' },
  },
})
const width = 784
const batchRows = 8192

interface Picture {
  readonly id: number
  readonly pixels: Dataset['inputs']
}
const inputs = ({ pixels }: Picture) => pixels

const pictureOf = ({ inputs: numbers }: Dataset, id: number, at: number): Picture => ({
  id,
  pixels: numbers.subarray(at * width, (at + 1) * width),
})

/** Returns a copy of the pictures, with floats from 0 to 1 instead of bytes. */
function asFloats({ inputs: bytes, rows }: Dataset): Dataset {
  const floats = Dataset.allocate({ rows: rows, width, dtype: 'float32' })
  for (let i = 0; i < bytes.length; i++) floats.inputs[i] = bytes[i] / 255
  return floats
}

/**
 * Creates a writable stream that accepts predictions. At each prediction, it calls `taken` with the number of
 * predictions so far. If `taken` returns a promise, the stream waits for it.
 */
function createSink(taken: (count: number) => void | Promise<void>): Writable {
  let count = 0
  return new Writable({
    objectMode: true,
    write(_answer, _encoding, callback) {
      const waiting = taken(++count)
      if (waiting) waiting.then(() => callback(), callback)
      else callback()
    },
  })
}

async function stream(network: Network, data: Dataset, rows: number): Promise<Figure[]> {
  function* pictures(): Generator<Picture> {
    for (let id = 0; id < rows; id++) yield pictureOf(data, id, id % data.rows)
  }
  // During the first 40 % of the rows, memory may grow, because the heaps of V8 and malloc grow to hold the garbage
  // between two collections. During the remaining rows, the growth must stay below 20 MB, which is about three bytes
  // for each of six million rows.
  const early = Math.ceil(0.4 * rows)
  const start = await residentAfterGarbage()
  let afterEarly = 0
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  const began = performance.now()
  let looked = 0
  const look = async () => {
    const from = performance.now()
    delay.disable()
    afterEarly = await residentAfterGarbage()
    delay.enable()
    looked = performance.now() - from
  }
  const sink = createSink((count) => (count === early ? look() : undefined))
  await pipeline(pictures, network.classifier({ inputs }), sink)
  delay.disable()
  const seconds = (performance.now() - began - looked) / 1000
  const end = await residentAfterGarbage()
  return [
    { name: `rows per second, of ${rows}`, value: Math.round(rows / seconds), unit: '' },
    { name: 'memory at the start', value: start, unit: 'MB' },
    { name: `memory after ${early} rows`, value: afterEarly, unit: 'MB' },
    { name: 'memory at the end', value: end, unit: 'MB' },
    { name: `growth since ${early} rows`, value: end - afterEarly, unit: 'MB', below: 20 },
    { name: 'peak memory', value: peakMemory(), unit: 'MB' },
    { name: 'event loop delay, median', value: delay.percentile(50) / 1e6, unit: 'ms' },
    { name: 'event loop delay, p99', value: delay.percentile(99) / 1e6, unit: 'ms', below: 10 },
    { name: 'event loop delay, longest', value: delay.max / 1e6, unit: 'ms' },
  ]
}

async function compare(network: Network, data: Dataset, rounds: number): Promise<Figure[]> {
  const rows = Array.from({ length: data.rows }, (_, at) => pictureOf(data, at, at))
  function* batches(): Generator<Dataset> {
    for (let from = 0; from < data.rows; from += batchRows) {
      yield data.slice(from, Math.min(from + batchRows, data.rows))
    }
  }
  const ways = {
    predict: async () => {
      await network.predict(data)
    },
    'rows as objects': () =>
      pipeline(
        Readable.from(rows),
        network.classifier({ inputs }),
        createSink(() => {}),
      ),
    'rows as objects, outputs': () =>
      pipeline(
        Readable.from(rows),
        network.predictor({ inputs }),
        createSink(() => {}),
      ),
    'columnar batches': async () => {
      for await (const _ of network.predictBatches(batches()));
    },
  }
  const times = new Map<string, number[]>()
  for (let round = 0; round <= rounds; round++) {
    for (const [name, way] of Object.entries(ways)) {
      const start = performance.now()
      await way()
      // The first round is a warm-up and is not counted.
      if (round > 0) times.set(name, [...(times.get(name) ?? []), performance.now() - start])
    }
  }
  const time = (name: string) => median(times.get(name) ?? [])
  const ratio = (name: string) => time(name) / time('predict')
  return [
    { name: 'predict, per row', value: (1000 * time('predict')) / data.rows, unit: 'us' },
    { name: 'rows as objects / predict', value: ratio('rows as objects'), unit: '', below: 4 },
    { name: 'rows as objects, outputs / predict', value: ratio('rows as objects, outputs'), unit: '', below: 4 },
    { name: 'columnar batches / predict', value: ratio('columnar batches'), unit: '', below: 1.2 },
  ]
}

const table: Row[] = []
for (const backend of values.backend.split(',')) {
  if (backend !== 'native' && backend !== 'typescript')
    throw new Error(`--backend must be native, typescript or both with a comma between, not ${backend}`)
  const network = new Network([width, 30, 10], { seed: 1, backend })
  const share = backend === 'native' ? 1 : 50
  const data = createPictures(backend === 'native' ? 65_536 : 8192)
  const rows = Math.ceil(Number(values.rows) / share)
  for (const [part, figures] of [
    ['a long stream', await stream(network, data, rows)],
    ['against predict', await compare(network, data, Number(values.rounds))],
    ['floats against predict', await compare(network, asFloats(data), Number(values.rounds))],
  ] as const) {
    table.push(...figures.map((figure) => ({ measurement: `${part}, ${backend}`, ...figure })))
  }
}
console.log(`${Object.values(describeMachine()).join('; ')}\n\n${tableOf(table)}`)
process.exitCode = table.some(isExceeded) ? 1 : 0
