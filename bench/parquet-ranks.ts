/**
 * Measures the memory of ranks that train together from one Parquet file (`npm run bench:ranks`). The file has
 * 20,000,000 rows of 8 inputs and a label, or as many as `--rows` says, and is created if it does not exist. Two ranks,
 * or as many as `--ranks` says, are started by mpirun of Open MPI. Each reads only its row groups. The exit code is 1 if
 * the peak memory of a rank reaches its limit, or if the ranks have not learned from all rows together.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, renameSync } from 'node:fs'
import { DuckDBInstance } from '@duckdb/node-api'
import { Network } from 'descent-nn'
import { connect } from 'descent-nn/distributed'
import { streamParquet } from 'descent-nn/duckdb'
import { readOptions, wholeNumber } from './command-line.js'
import { describeMachine } from './machine.js'
import { peakMemory } from './scale/figure.js'

const usage = `npm run bench:ranks -- [options]: the memory of ranks that train from one Parquet file

  --rows N      rows of the file (default: 20000000)
  --ranks N     processes (default: 2)
  --folder DIR  where the file is kept (default: build-bench/parquet)`

const values = readOptions(usage, {
  rows: { type: 'string', default: '20000000' },
  ranks: { type: 'string', default: '2' },
  folder: { type: 'string', default: 'build-bench/parquet' },
  rank: { type: 'boolean', default: false },
})
const rows = wholeNumber('rows', values.rows)
const path = `${values.folder}/ranks-${rows}.parquet`
const inputs = 8
/** The peak memory that a rank may use, in MB. */
const limit = 700

/** Writes rows of random inputs. The label says whether the sum of the inputs is above its mean. */
async function makeFile(): Promise<void> {
  mkdirSync(values.folder, { recursive: true })
  const instance = await DuckDBInstance.create(':memory:', { memory_limit: '1GB', threads: '2' })
  const connection = await instance.connect()
  const names = Array.from({ length: inputs }, (_, column) => `x${column}`)
  const drawn = names.map((name, column) => `((hash(i * ${inputs} + ${column}) % 65536) / 65536)::FLOAT AS ${name}`)
  await connection.run(
    `COPY (SELECT *, (${names.join(' + ')} > ${inputs / 2})::UTINYINT AS label
       FROM (SELECT ${drawn.join(', ')} FROM range(${rows}) t(i)))
     TO '${path}.part' (FORMAT parquet, ROW_GROUP_SIZE 122880)`,
  )
  connection.closeSync()
  instance.closeSync()
  renameSync(`${path}.part`, path)
}

/** Trains as one of the ranks. Rank 0 prints a row of the table for each rank. */
async function train(): Promise<void> {
  const communicator = await connect()
  const { rank, size } = communicator
  const network = new Network([inputs, 32, 2], { seed: 1 })
  let own = 0
  const start = performance.now()
  async function* source() {
    for await (const batch of streamParquet(path, { label: 'label', shard: { index: rank, count: size } })) {
      own += batch.rows
      yield batch
    }
  }
  const [{ cost }] = await network.fit(source, { epochs: 1, batchSize: 4096, communicator })
  const seconds = (performance.now() - start) / 1000
  // Each rank adds its own places, and the others have zeros there.
  const figures = new Float64Array(2 * size)
  figures.set([own, peakMemory()], 2 * rank)
  await communicator.allreduce(figures)
  await communicator.close()
  if (rank > 0) return
  console.log(`${Object.values(describeMachine()).join('; ')}\n`)
  console.log('| rank | rows | peak memory |\n| ---: | ---: | ---: |')
  let sum = 0
  let isMet = true
  for (let other = 0; other < size; other++) {
    const [read, peak] = figures.subarray(2 * other)
    sum += read
    isMet &&= peak < limit
    console.log(`| ${other} | ${read} | ${peak.toFixed(0)} MB, limit ${limit} MB |`)
  }
  console.log(`\n${sum} of ${rows} rows in ${seconds.toFixed(0)} s, cost ${cost.toFixed(4)}`)
  process.exitCode = isMet && sum === rows ? 0 : 1
}

if (values.rank) await train()
else {
  if (!existsSync(path)) await makeFile()
  const own = ['--rank', '--rows', String(rows), '--folder', values.folder]
  const placing = ['--oversubscribe', '--bind-to', 'none', '--mca', 'mpi_yield_when_idle', '1']
  const command = ['-n', values.ranks, ...placing, process.execPath, process.argv[1], ...own]
  const { status, error } = spawnSync('mpirun', command, { stdio: 'inherit' })
  if (error) throw error
  process.exitCode = status ?? 1
}
