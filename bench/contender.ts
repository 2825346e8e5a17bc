/**
 * Runs one contender (a library or program that the benchmark compares) that is written in JavaScript. The command is
 * `node contender.js NAME TASK FOLDER ...`. This program reads its input from FOLDER, writes its result to FOLDER, and
 * prints one line of JSON. The contenders in C and Python use the same arguments, files and JSON.
 *
 * The list below has two lines for each task. The first line has the arguments. The second line has the JSON that the
 * contender prints and, after a semicolon, the result that it writes:
 *
 *   training FOLDER HIDDEN OUTPUT COST EXAMPLES EPOCHS BATCH RATE SIZES...
 *     {"seconds": [per epoch], "delay": milliseconds}; the parameters after training
 *   latency FOLDER HIDDEN OUTPUT COST ROWS CALLS SIZES...
 *     {"microseconds": [per call]}; the outputs for the first ROWS rows
 *   throughput FOLDER HIDDEN OUTPUT COST ROWS CALLS SIZES...
 *     {"seconds": [per call], "delay": milliseconds}; the outputs for the first ROWS rows
 *   kernels FOLDER MILLISECONDS SHAPES
 *     {"kernels": {name: microseconds}}; the outputs of all kernels
 *
 * HIDDEN, OUTPUT and COST describe the network (see form.ts), and SIZES are the sizes of its layers. BATCH is the batch
 * size, and RATE is the learning rate. MILLISECONDS and SHAPES are `kernelTime` and `shapes` from cases.ts. `delay` is
 * the 99th percentile of the intervals of a 1 ms timer. The environment variable OMP_NUM_THREADS is the number of
 * threads.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setImmediate, setTimeout } from 'node:timers/promises'
import { brain } from './contenders/brain.js'
import { type Awaitable, concatenate, type Implementation } from './contenders/implementation.js'
import { onnx } from './contenders/onnx.js'
import { ours } from './contenders/ours.js'
import { plain } from './contenders/plain.js'
import { tfjs } from './contenders/tfjs.js'
import { readArray, writeResult } from './exchange.js'
import { readForm } from './form.js'
import { measureKernels } from './kernels/measure.js'

const threads = Number(process.env.OMP_NUM_THREADS ?? 1)
const implementations: Readonly<Record<string, Implementation>> = {
  native: ours('native', threads),
  wasm: ours('wasm'),
  typescript: ours('typescript'),
  'plain loop': plain,
  'tfjs cpu': tfjs('cpu'),
  'tfjs wasm': tfjs('wasm'),
  'brain.js': brain,
  onnxruntime: onnx(threads),
}

const [name, task, folder, ...rest] = process.argv.slice(2)
const numbers = rest.slice(3).map(Number)

async function train({ train: start }: Implementation): Promise<unknown> {
  if (!start) throw new Error(`${name} does not train`)
  const [examples, epochs, batchSize, learningRate, ...sizes] = numbers
  const learner = await start({
    ...readForm(rest, sizes),
    parameters: readArray(folder, 'parameters.f32'),
    inputs: readArray(folder, 'inputs.u8').subarray(0, examples * sizes[0]),
    labels: readArray(folder, 'labels.u8').subarray(0, examples),
    order: readArray(folder, 'order.u32'),
    batchSize,
    learningRate,
    epochs,
  })
  const figures = await timed(epochs, () => learner.epoch())
  writeResult(folder, await learner.parameters())
  return figures
}

/**
 * Runs the work several times. Returns the seconds of each run, and the event loop delay during the first run. The
 * delay is not measured in the other runs, because the 1 ms timer that measures it can slow down the work by a fifth on
 * a busy machine.
 */
async function timed(times: number, work: () => Awaitable<unknown>): Promise<unknown> {
  const seconds: number[] = []
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  // Wait until the event loop has turned once, because the monitor does not start before that.
  await setTimeout(5)
  for (let time = 0; time < times; time++) {
    const start = performance.now()
    await work()
    seconds.push((performance.now() - start) / 1000)
    // Overdue timers run during this pause, so that the monitor records how late they are.
    await setTimeout(2)
    delay.disable()
  }
  return { seconds, delay: delay.percentile(99) / 1e6 }
}

async function infer({ infer: start }: Implementation): Promise<unknown> {
  if (!start) throw new Error(`${name} does not infer`)
  const [rows, calls, ...sizes] = numbers
  const answerer = await start({ ...readForm(rest, sizes), parameters: readArray(folder, 'parameters.f32') })
  const x = readArray(folder, 'rows.f32').subarray(0, rows * sizes[0])
  if (task === 'latency') {
    const outputs: Float32Array[] = []
    const microseconds: number[] = []
    for (let call = 0; call < calls; call++) {
      const row = x.slice((call % rows) * sizes[0], ((call % rows) + 1) * sizes[0])
      const start = performance.now()
      const given = answerer.answer(row)
      // Waiting for an answer that is no promise would be measured too.
      const answer = given instanceof Promise ? await given : given
      microseconds.push((performance.now() - start) * 1000)
      if (call < rows) outputs.push(answer.slice())
      // Let the event loop run between some calls, as it does in a server.
      if (call % 100 === 99) await setImmediate()
    }
    writeResult(folder, concatenate(outputs))
    return { microseconds }
  }
  const answerAll = await answerer.prepare(x, rows)
  writeResult(folder, (await answerAll()).slice())
  return timed(calls, answerAll)
}

async function run(): Promise<unknown> {
  if (task === 'kernels') return measureKernels(name, folder, Number(rest[0]), Number(rest[1]))
  const implementation = implementations[name]
  if (!implementation) throw new Error(`there is no contender ${name}`)
  return task === 'training' ? train(implementation) : infer(implementation)
}

console.log(JSON.stringify(await run()))
