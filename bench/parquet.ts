/**
 * Measures training from a Parquet file that is never completely in memory (`npm run bench:parquet`). The file has
 * 2,000,000 digits, or the number given with `--rows`, and is created if it does not exist. The benchmark reads the
 * file through DuckDB, and trains a 784-30-10 network on it. For comparison, it loads the first rows of the file into
 * memory and trains the same kind of network on them. Each measurement runs in a process of its own, because the peak
 * memory is known only for a whole process. The exit code is 1 if training from the file reaches its memory limit or
 * its time limit. The printed table shows both limits.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, renameSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { parseArgs } from 'node:util'
import { DuckDBInstance } from '@duckdb/node-api'
import { digits, Network } from 'descent-nn'
import { readParquet, streamParquet } from 'descent-nn/duckdb'
import { describeMachine } from './machine.js'
import { type Figure, isExceeded, peakMemory, type Row, tableOf } from './scale/figure.js'
import { median } from './statistics.js'

const { values } = parseArgs({ options: { rows: { type: 'string', default: '2000000' }, part: { type: 'string' } } })
const rows = Number(values.rows)
const folder = 'build-bench/parquet'
const path = `${folder}/digits-${rows}.parquet`
const distinct = 20_000
const options = { label: 'label' } as const

/**
 * Writes the Parquet file, which repeats the same 20,000 drawn digits. Each repetition shifts the pixels of all digits
 * cyclically by one more pixel, so that the file has more distinct rows. After 28 repetitions, the shift begins again
 * at 0.
 */
async function makeFile(): Promise<void> {
  mkdirSync(folder, { recursive: true })
  const { inputs, labels } = await digits({ count: Math.min(distinct, rows), seed: 1 })
  const instance = await DuckDBInstance.create(':memory:', { memory_limit: '1GB', threads: '2' })
  const connection = await instance.connect()
  await connection.run('CREATE TABLE digits (id INTEGER, pixels BLOB, label UTINYINT)')
  const appender = await connection.createAppender('digits')
  labels?.forEach((label, id) => {
    appender.appendInteger(id)
    appender.appendBlob(Uint8Array.from(inputs.subarray(id * 784, (id + 1) * 784)))
    appender.appendUTinyInt(label)
    appender.endRow()
  })
  appender.closeSync()
  const turned = 'pixels[1 + i // 20000 % 28 : 784] || pixels[1 : i // 20000 % 28]'
  await connection.run(
    `COPY (SELECT CASE WHEN i // 20000 % 28 = 0 THEN pixels ELSE ${turned} END AS pixels, label
       FROM range(${rows}) t(i) JOIN digits ON id = i % ${Math.min(distinct, rows)})
     TO '${path}.part' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 20480)`,
  )
  connection.closeSync()
  instance.closeSync()
  renameSync(`${path}.part`, path)
}

type Part = 'make' | 'memory' | 'stream' | 'train'

interface Measured {
  /** The speed in rows per second. */
  readonly speed: number
  /** The peak memory of the process in MB. */
  readonly peak: number
  /** The delay of the event loop in milliseconds. */
  readonly delay: { readonly p99: number; readonly longest: number }
}

async function measure(count: number, work: () => Promise<void>): Promise<Measured> {
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  const start = performance.now()
  await work()
  const seconds = (performance.now() - start) / 1000
  delay.disable()
  return {
    speed: count / seconds,
    peak: peakMemory(),
    delay: { p99: delay.percentile(99) / 1e6, longest: delay.max / 1e6 },
  }
}

const parts: Record<Part, () => Promise<Measured | undefined>> = {
  async make() {
    await makeFile()
    return undefined
  },
  async memory() {
    const training = await readParquet(path, { ...options, limit: Math.min(rows, 200_000) })
    const network = new Network([784, 30, 10], { seed: 1 })
    return measure(training.rows, async () => {
      await network.fit(training, { epochs: 1, learningRate: 3 })
    })
  },
  stream: () =>
    measure(rows, async () => {
      let read = 0
      for await (const batch of streamParquet(path, options)) read += batch.rows
      if (read !== rows) throw new Error(`${path} gave ${read} rows, not ${rows}`)
    }),
  async train() {
    const network = new Network([784, 30, 10], { seed: 1 })
    return measure(rows, async () => {
      await network.fit(() => streamParquet(path, options), { epochs: 1, learningRate: 3, rows })
    })
  },
}

const isPart = (name: string | undefined): name is Part => name !== undefined && Object.hasOwn(parts, name)

/** Runs one part of the benchmark in a process of its own. @throws Error if that process fails */
function run(part: Part): Measured {
  const words = [...process.execArgv, process.argv[1], '--rows', String(rows), '--part', part]
  const { stdout, status } = spawnSync(process.execPath, words, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  if (status !== 0) throw new Error(`the part ${part} failed`)
  return JSON.parse(stdout)
}

function metricsOf({ speed, peak, delay }: Measured, below?: number): Figure[] {
  return [
    { name: 'rows per second', value: Math.round(speed), unit: '' },
    { name: 'peak memory', value: peak, unit: 'MB', ...(below !== undefined && { below }) },
    { name: 'event loop delay, p99', value: delay.p99, unit: 'ms' },
    { name: 'event loop delay, longest', value: delay.longest, unit: 'ms' },
  ]
}

if (isPart(values.part)) {
  console.log(JSON.stringify((await parts[values.part]()) ?? null))
} else {
  if (!existsSync(path)) run('make')
  const streamed = run('stream')
  const inMemory = [run('memory')]
  const trained = [run('train')]
  inMemory.push(run('memory'))
  trained.push(run('train'))
  inMemory.push(run('memory'))
  const [slower, faster] = [trained, inMemory].map((times) => median(times.map(({ speed }) => speed)))
  const largest = trained.reduce((one, other) => (other.peak > one.peak ? other : one))
  const table: Row[] = [
    ...metricsOf(streamed).map((metric) => ({ measurement: 'streamed', ...metric })),
    { measurement: 'trained in memory', name: 'rows per second', value: Math.round(faster), unit: '' },
    ...metricsOf(largest, 600).map((metric) => ({ measurement: 'trained from the file', ...metric })),
    {
      measurement: 'trained from the file',
      name: 'time / in memory',
      value: faster / slower,
      unit: '',
      below: 1 / 0.6,
    },
  ]
  console.log(`${Object.values(describeMachine()).join('; ')}\n\n${tableOf(table)}`)
  process.exitCode = table.some(isExceeded) ? 1 : 0
}
