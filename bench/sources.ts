/**
 * Compares training on a batch source with training on a dataset (`npm run bench:sources`). One 784-30-10 network
 * trains on a dataset of generated rows in memory, and another one on a source that gives slices of that dataset. The
 * two training runs take turns in one process, and the figures are medians over the rounds. Memory is measured in two
 * further processes. One of them trains on the dataset, and the other on a source that gives the same slice again and
 * again.
 */
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { type BatchSource, Dataset, Network } from 'descent-nn'
import { median } from './statistics.js'

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '200000' },
    rounds: { type: 'string', default: '7' },
    backend: { type: 'string', default: 'native' },
    memory: { type: 'string' },
  },
})
const rows = Number(values.rows)
const rounds = Number(values.rounds)
const backend = values.backend === 'typescript' ? 'typescript' : 'native'
const sliceRows = Math.min(8192, rows)
const options = { epochs: 1, batchSize: 10, learningRate: 0.5 }

/**
 * Generates rows that differ from each other. The numbers come from a formula, because drawing random numbers would
 * take longer.
 */
function generate(count: number): Dataset {
  const data = Dataset.allocate({ rows: count, width: 784, labels: true })
  for (let i = 0; i < data.inputs.length; i++) data.inputs[i] = ((i * 7919) >>> 3) % 256
  data.labels?.forEach((_, row, labels) => {
    labels[row] = (row * 7) % 10
  })
  return data
}

const inMemory = (data: Dataset): BatchSource =>
  async function* () {
    for (let from = 0; from < rows; from += sliceRows) yield data.slice(from, Math.min(from + sliceRows, rows))
  }

const oneSlice = (slice: Dataset): BatchSource =>
  async function* () {
    for (let from = 0; from < rows; from += sliceRows) yield slice.slice(0, Math.min(sliceRows, rows - from))
  }

const network = () => new Network([784, 30, 10], { seed: 1, backend })

if (values.memory) {
  const net = network()
  const before = process.memoryUsage.rss()
  let peak = before
  const onProgress = () => {
    peak = Math.max(peak, process.memoryUsage.rss())
  }
  await (values.memory === 'dataset'
    ? net.fit(generate(rows), { ...options, onProgress })
    : net.fit(oneSlice(generate(sliceRows)), { ...options, onProgress }))
  console.log((peak - before) / 2 ** 20)
} else {
  const data = generate(rows)
  const learning = { ...options, epochs: rounds + 1 }
  // Each contender is a single training run that does an epoch in each round, so that its buffers are allocated only
  // once.
  const contenders = {
    dataset: { run: network().train(data, learning), seconds: [] as number[] },
    source: { run: network().train(inMemory(data), learning), seconds: [] as number[] },
  }
  for (let round = 0; round <= rounds; round++) {
    for (const { run, seconds } of Object.values(contenders)) {
      const { value } = await run.next()
      // The first round is a warm-up and is not counted.
      if (round > 0 && 'seconds' in value) seconds.push(value.seconds)
    }
  }
  const memoryOf = (name: string): number => {
    const program = [fileURLToPath(import.meta.url), '--memory', name, '--rows', String(rows), '--backend', backend]
    return Number(execFileSync(process.execPath, program, { encoding: 'utf8' }))
  }
  const all = median(contenders.dataset.seconds)
  console.log(`784-30-10, batch 10, ${rows} rows of bytes, ${backend}, one thread; medians of ${rounds} rounds\n`)
  console.log('| rows from | examples/s | compared with the dataset | memory, MB |\n| --- | ---: | ---: | ---: |')
  for (const [name, { seconds }] of Object.entries(contenders)) {
    const share = `${((100 * all) / median(seconds)).toFixed(0)} %`
    console.log(`| ${name} | ${Math.round(rows / median(seconds))} | ${share} | ${memoryOf(name).toFixed(0)} |`)
  }
}
