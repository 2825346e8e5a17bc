/**
 * Compares training by several ranks with training by one process (`npm run bench:mnist-ranks`), on MNIST or, without it, on
 * drawn digits. mpirun of Open MPI starts the ranks.
 *
 * - `steps`: the parameters after 300 steps with 1 to 4 ranks, against one process, and the bits of two runs.
 * - `speed`: two ranks that train one network, against one process and against two independent processes.
 * - `accuracy`: the examples after which 784-800-10 reaches 98.3 % with 1, 2 and 4 ranks, and its accuracy at the end.
 */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { augment, type Dataset, dense, dropout, Network, type TrainOptions } from 'descent-nn'
import { connect } from 'descent-nn/distributed'
import { createScratch, readOptions } from './command-line.js'
import { findData } from './data.js'
import { describeMachine } from './machine.js'
import { median } from './statistics.js'

const usage = `npm run bench:mnist-ranks -- [options]: training by several ranks against one process

  --part NAME     only one part: steps, speed or accuracy
  --rounds N      rounds of the part speed (default: 5)`

const values = readOptions(usage, {
  part: { type: 'string' },
  rounds: { type: 'string', default: '5' },
  task: { type: 'string' },
})

/** What a process does, alone or as a rank. */
interface Task {
  readonly kind: 'steps' | 'speed' | 'accuracy'
  readonly hidden: number
  readonly dtype: 'float32' | 'float64'
  readonly variant: string
  /** Where rank 0 writes its result. */
  readonly result: string
}

const variants: Readonly<Record<string, Partial<TrainOptions>>> = {
  sgd: {},
  momentum: { optimizer: { name: 'sgd', momentum: 0.9 } },
  adam: { optimizer: 'adam' },
  dropout: { optimizer: { name: 'sgd', momentum: 0.9 } },
  augmentation: {},
}

/** The number of rows of 300 batches of 32. */
const rowsOfSteps = 9600
/**
 * The rate of plain descent for 784-800-10. With the default of 3, it runs away: a difference of 2e-16 in the first
 * parameters of one process is 4e-3 after 300 steps with augmented pictures, and no order of additions could keep the runs
 * together.
 */
const wideRate = 0.3
/** What a run of several ranks may differ from one process, relative to the norm of all parameters. */
const tolerances = { float32: 1e-5, float64: 1e-12 }

async function learnSteps({ hidden, dtype, variant, result }: Task, data: Dataset): Promise<void> {
  const communicator = await connect()
  const training = data.slice(0, rowsOfSteps)
  const layers = [dense(hidden, 'sigmoid'), ...(variant === 'dropout' ? [dropout(0.3)] : []), dense(10, 'sigmoid')]
  const network = new Network({ inputs: 784, layers }, { seed: 1, dtype })
  const augmentation = variant === 'augmentation' ? augment(training, { shift: 1, rotation: 10 }) : undefined
  const isPlain = variants[variant].optimizer === undefined
  const rate = isPlain && hidden === 800 ? { learningRate: wideRate } : {}
  const more = { ...variants[variant], ...rate, ...(augmentation && { augmentation }) }
  await network.fit(training, { epochs: 1, batchSize: 32, communicator, ...more })
  augmentation?.close()
  if (communicator.rank === 0) writeFileSync(result, Float64Array.from(network.parameters))
  await communicator.close()
}

async function timeEpochs({ hidden, variant, result }: Task, training: Dataset): Promise<void> {
  const communicator = await connect()
  const network = new Network([784, hidden, 10], { seed: 1 })
  const seconds: number[] = []
  const shared = variant === 'together' ? { communicator } : {}
  await communicator.barrier()
  for await (const epoch of network.train(training, { epochs: 4, batchSize: 1024, learningRate: 3, ...shared })) {
    seconds.push(epoch.seconds)
    await communicator.barrier()
  }
  const slowest = Float64Array.of(median(seconds.slice(1)))
  await communicator.allreduce(slowest, 'max')
  if (communicator.rank === 0) writeFileSync(result, slowest)
  await communicator.close()
}

async function reachAccuracy({ hidden, dtype, result }: Task, training: Dataset, validation: Dataset): Promise<void> {
  const communicator = await connect()
  const layers = [dense(hidden, 'relu'), dense(10, 'softmax')]
  const network = new Network({ inputs: 784, layers }, { seed: 1, dtype })
  let examples = 0
  let reached = Number.NaN
  let accuracy = 0
  // With a constant rate the accuracy goes up and down from epoch to epoch, and when it crosses a level is chance.
  const options = {
    epochs: 10,
    batchSize: 128,
    optimizer: 'adam',
    schedule: 'cosine',
    validation,
    communicator,
  } as const
  for await (const epoch of network.train(training, options)) {
    examples += training.rows
    accuracy = epoch.accuracy ?? 0
    if (accuracy >= 0.983 && Number.isNaN(reached)) reached = examples
  }
  if (communicator.rank === 0) writeFileSync(result, Float64Array.of(reached, accuracy))
  await communicator.close()
}

const scratch = values.task === undefined ? createScratch('mnist-ranks') : ''
let results = 0

/** Does a task in `ranks` processes. Without a number, in one process without a launcher. Returns what rank 0 wrote. */
async function run(task: Omit<Task, 'result'>, ranks?: number): Promise<Float64Array> {
  const result = join(scratch, `${results++}`)
  const own = [fileURLToPath(import.meta.url), '--task', JSON.stringify({ ...task, result })]
  const options = ['--oversubscribe', '--bind-to', 'none', ...(ranks && ranks > 2 ? idle : []), '-n', String(ranks)]
  const [command, args] = ranks ? ['mpirun.openmpi', [...options, process.execPath, ...own]] : [process.execPath, own]
  const env = { ...process.env, OMPI_ALLOW_RUN_AS_ROOT: '1', OMPI_ALLOW_RUN_AS_ROOT_CONFIRM: '1' }
  const child = spawn(command, args, { stdio: 'inherit', env })
  const code = await new Promise((resolve) => child.on('close', resolve))
  if (code !== 0) throw new Error(`${command} ended with code ${code}`)
  return new Float64Array(Uint8Array.from(readFileSync(result)).buffer)
}

/** With more ranks than processors, a rank that waits must let the others work. */
const idle = ['--mca', 'mpi_yield_when_idle', '1']

function normwise(a: Float64Array, b: Float64Array): number {
  const norm = (numbers: Float64Array) => Math.sqrt(numbers.reduce((sum, number) => sum + number ** 2, 0))
  return norm(a.map((number, i) => number - b[i])) / norm(b)
}

const bits = (numbers: Float64Array) => createHash('sha256').update(numbers).digest('hex')

async function compareSteps(): Promise<void> {
  const { float32, float64 } = tolerances
  console.log(`differences from one process: at most ${float32} in float32, ${float64} in float64\n`)
  console.log(
    '| network | run | dtype | 2 ranks | 3 ranks | 4 ranks | same bits again |\n|---|---|---|---:|---:|---:|---|',
  )
  for (const hidden of [30, 800]) {
    for (const variant of Object.keys(variants)) {
      for (const dtype of ['float32', 'float64'] as const) {
        const task = { kind: 'steps', hidden, dtype, variant } as const
        const alone = await run(task)
        const shared = [await run(task, 2), await run(task, 3), await run(task, 4)]
        const again = bits(await run(task, 2)) === bits(shared[0]) ? 'yes' : 'NO'
        const errors = shared.map((numbers) => normwise(numbers, alone))
        const texts = errors.map((error) => error.toExponential(1)).join(' | ')
        console.log(`| 784-${hidden}-10 | ${variant} | ${dtype} | ${texts} | ${again} |`)
        if (again === 'NO' || Math.max(...errors) > tolerances[dtype]) process.exitCode = 1
      }
    }
  }
}

async function compareSpeed(): Promise<void> {
  console.log(
    '| network | one process | two ranks | two independent processes | ranks / processes |\n|---|---:|---:|---:|---:|',
  )
  for (const hidden of [800, 30]) {
    const times: { readonly alone: number[]; readonly ranks: number[]; readonly apart: number[] } = {
      alone: [],
      ranks: [],
      apart: [],
    }
    for (let round = 0; round < Number(values.rounds); round++) {
      const task = { kind: 'speed', hidden, dtype: 'float32' } as const
      times.alone.push((await run({ ...task, variant: 'apart' }))[0])
      times.ranks.push((await run({ ...task, variant: 'together' }, 2))[0])
      times.apart.push((await run({ ...task, variant: 'apart' }, 2))[0])
    }
    const [alone, ranks, apart] = [times.alone, times.ranks, times.apart].map((seconds) => 60_000 / median(seconds))
    const rate = (number: number) => `${Math.round(number / 100) / 10}k/s`
    const ratio = (ranks / (2 * apart)).toFixed(2)
    console.log(`| 784-${hidden}-10 | ${rate(alone)} | ${rate(ranks)} | ${rate(2 * apart)} | ${ratio} |`)
  }
}

async function compareAccuracy(): Promise<void> {
  console.log('| dtype | ranks | examples until 98.3 % | accuracy after 600,000 |\n|---|---:|---:|---:|')
  for (const dtype of ['float32', 'float64'] as const) {
    for (const ranks of [1, 2, 4]) {
      const [examples, accuracy] = await run({ kind: 'accuracy', hidden: 800, dtype, variant: '' }, ranks)
      console.log(`| ${dtype} | ${ranks} | ${examples} | ${(100 * accuracy).toFixed(2)} % |`)
    }
  }
}

if (values.task !== undefined) {
  const task: Task = JSON.parse(values.task)
  const { training, test } = await findData(false)
  if (task.kind === 'steps') await learnSteps(task, training)
  else if (task.kind === 'speed') await timeEpochs(task, training)
  else await reachAccuracy(task, training, test)
} else {
  console.log(`${Object.values(describeMachine()).join('; ')}\n`)
  const parts = { steps: compareSteps, speed: compareSpeed, accuracy: compareAccuracy }
  for (const [name, compare] of Object.entries(parts)) {
    if (values.part !== undefined && values.part !== name) continue
    await compare()
    console.log('')
  }
}
