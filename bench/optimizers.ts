/**
 * Measures what each optimizer costs (`npm run bench:optimizers`). The first table compares the time of an update with
 * the time that is needed to move the same number of bytes. The speed of moving bytes is measured with a subtraction of
 * two arrays. The second table compares the training speed over whole epochs with that of plain gradient descent. All
 * optimizers take turns in one process, and the figures are medians over the rounds.
 */
import { Dataset, dense, Network, type OptimizerOption } from 'descent-nn'
import { backends } from '#src/backend/select'
import { allocate } from '#src/base/memory'
import { emitStep, optimizerOf } from '#src/compile/optimizers'
import type { NetworkBuilder, RegionName } from '#src/compile/region-names'
import { buildProgram } from '#src/program/build'
import { readOptions, wholeNumber } from './command-line.js'
import { median } from './statistics.js'

const usage = `npm run bench:optimizers -- [--rounds N]: what an optimizer costs (default: 7 rounds)`
const rounds = wholeNumber('rounds', readOptions(usage, { rounds: { type: 'string', default: '7' } }).rounds)
const parameterCount = 784 * 800 + 800 + 800 * 10 + 10
/** The measured optimizers. For each parameter, an update reads and writes `touched` numbers in total. */
const contenders: readonly { readonly name: string; readonly optimizer: OptimizerOption; readonly touched: number }[] =
  [
    { name: 'sgd', optimizer: 'sgd', touched: 3 },
    { name: 'momentum', optimizer: { name: 'sgd', momentum: 0.9 }, touched: 5 },
    { name: 'nesterov', optimizer: { name: 'sgd', momentum: 0.9, nesterov: true }, touched: 5 },
    { name: 'adagrad', optimizer: 'adagrad', touched: 5 },
    { name: 'rmsprop', optimizer: 'rmsprop', touched: 5 },
    { name: 'adam', optimizer: 'adam', touched: 7 },
    { name: 'adamw', optimizer: 'adamw', touched: 7 },
    { name: 'rprop', optimizer: 'rprop', touched: 7 },
  ]

/**
 * Compiles the kernel calls that `emit` adds to a program. The returned function runs them several times and returns
 * the mean time of a repetition, in seconds.
 */
function createPass(emit: (program: NetworkBuilder) => void): () => number {
  const program = buildProgram<RegionName>('bench', 'float32', 1)
  emit(program)
  const built = program.finish()
  const memory = {
    parameters: allocate(Float32Array, built.sizes.parameters).fill(0.5),
    state: allocate(Float32Array, built.sizes.state),
    workspace: allocate(Float32Array, built.sizes.workspace).fill(0.001),
    tally: allocate(Float64Array, built.sizes.tally),
  }
  const execution = backends.select('native').backend.load(built, memory, 1).bind({})
  const passes = 40
  return () => {
    const start = performance.now()
    execution.run(0, passes)
    return (performance.now() - start) / 1000 / passes
  }
}

const plain = createPass((program) => {
  const [a, b, out] = (['x', 'y', 'weights'] as const).map((name) => program.place('workspace', name, parameterCount))
  program.emit({ kernel: 'subtract', count: parameterCount, a, b, out })
})
const passes = contenders.map(({ optimizer }) =>
  createPass((program) => {
    const parameters = program.place('parameters', 'parameters', parameterCount)
    const gradient = program.place('workspace', 'gradient', parameterCount)
    const learningRate = program.place('workspace', 'learningRate')
    emitStep(program, optimizerOf(optimizer), { parameters, groups: [{ parameters, gradient, learningRate }] })
  }),
)
const ofPlain: number[] = []
const ofNames = contenders.map(() => [] as number[])
for (let round = 0; round < rounds; round++) {
  ofPlain.push(plain())
  passes.forEach((pass, i) => {
    ofNames[i].push(pass())
  })
}
const secondsPerByte = median(ofPlain) / (3 * 4 * parameterCount)
console.log(`${parameterCount} parameters in float32, native, one thread; medians of ${rounds} interleaved rounds\n`)
console.log('| update | bytes per parameter | time / time to move these bytes |\n| --- | ---: | ---: |')
contenders.forEach(({ name, touched }, i) => {
  const bytes = 4 * touched
  console.log(`| ${name} | ${bytes} | ${(median(ofNames[i]) / (bytes * parameterCount * secondsPerByte)).toFixed(2)} |`)
})

const rows = 12_800
const data = new Dataset({
  inputs: Uint8Array.from({ length: rows * 784 }, (_, i) => ((i * 7919) >>> 3) % 256),
  width: 784,
  labels: Array.from({ length: rows }, (_, i) => (i * 7) % 10),
})
const description = {
  inputs: 784,
  layers: [dense(800, 'relu'), dense(10, 'softmax')],
  cost: 'cross-entropy',
  initializer: 'he',
} as const
const networks = contenders.map(() => new Network(description, { seed: 1, backend: 'native' }))
const seconds = contenders.map(() => [] as number[])
for (let round = 0; round <= rounds; round++) {
  for (const [i, { name, optimizer }] of contenders.entries()) {
    const [epoch] = await networks[i].fit(data, { epochs: 1, batchSize: 128, learningRate: 1e-4, optimizer })
    if (!Number.isFinite(epoch.cost)) throw new Error(`${name} did not learn: its cost is ${epoch.cost}`)
    // The first round is a warm-up and is not counted.
    if (round > 0) seconds[i].push(epoch.seconds)
  }
}
console.log('\n| 784-800-10, batch 128 | examples/s | compared with plain descent |\n| --- | ---: | ---: |')
contenders.forEach(({ name }, i) => {
  const share = median(seconds[0]) / median(seconds[i])
  console.log(`| ${name} | ${Math.round(rows / median(seconds[i]))} | ${(100 * share).toFixed(0)} % |`)
})
