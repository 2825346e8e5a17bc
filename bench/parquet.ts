/**
 * Training from a Parquet file that does not fit into memory: 2,000,000 digits (or `--rows`), bytes in one BLOB column, zstd.
 * `npm run bench:parquet` makes the file once, reads it through DuckDB, trains 784-30-10 from it and, in memory, from a part
 * of it, and prints rows a second, the largest resident set and how late the event loop was.
 */
import { existsSync, mkdirSync, renameSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { parseArgs } from 'node:util'
import { DuckDBInstance } from '@duckdb/node-api'
import { digits, Network } from 'descent'
import { readParquet, streamParquet } from 'descent/duckdb'

const { values } = parseArgs({ options: { rows: { type: 'string', default: '2000000' }, part: { type: 'string' } } })
const rows = Number(values.rows)
const folder = 'build-bench/parquet'
const path = `${folder}/digits-${rows}.parquet`
const distinct = 20_000
const options = { label: 'label' } as const

/** Digits that repeat, each time moved by another number of pixels, through a table on the disk. */
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

/** In a process of its own, so that its peak is its own. */
async function measure(name: string, count: number, work: () => Promise<void>): Promise<number> {
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  const start = performance.now()
  await work()
  const seconds = (performance.now() - start) / 1000
  delay.disable()
  const late = [delay.percentile(99), delay.max].map((ns) => (ns / 1e6).toFixed(1))
  const peak = process.resourceUsage().maxRSS / 1024
  const speed = `${Math.round(count / seconds)} rows/s`
  console.log(
    `${name}: ${seconds.toFixed(1)} s, ${speed}; event loop p99 ${late[0]} ms, most ${late[1]} ms; peak RSS ${peak.toFixed(0)} MB`,
  )
  return count / seconds
}

if (!existsSync(path)) {
  await makeFile()
  console.log(`made ${path}; run again, so that the peak is that of reading`)
} else if (values.part === 'memory') {
  const training = await readParquet(path, { ...options, limit: Math.min(rows, 200_000) })
  const network = new Network([784, 30, 10], { seed: 1 })
  await measure('trained in memory', training.size, async () => {
    await network.fit(training, { epochs: 1, learningRate: 3 })
  })
} else {
  await measure('streamed', rows, async () => {
    let read = 0
    for await (const batch of streamParquet(path, options)) read += batch.size
    if (read !== rows) throw new Error(`${read} rows came of ${rows}`)
  })
  const network = new Network([784, 30, 10], { seed: 1 })
  await measure('trained from the file, 10 rows an update', rows, async () => {
    await network.fit(() => streamParquet(path, options), { epochs: 1, learningRate: 3, rows })
  })
  console.log('compare with: npm run bench:parquet -- --part memory')
}
