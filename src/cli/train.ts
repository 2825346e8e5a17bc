import { access, constants, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { DescentError, type Epoch, ModelError, type Network, type Split, type TrainOptions } from '../index.js'
import type { Arguments } from './arguments.js'
import { defineCommand } from './command.js'
import { dataOptions, type Source, sourceOf } from './data-options.js'
import { catchInterruption, Interruption } from './interruption.js'
import { defaultShape, machineOptions, networkMaker, readMachine, shapeOptions } from './network-options.js'
import { createStatus, note, print, type Status } from './terminal.js'
import { closing, epochLine, opening, progressLine, waitingLine } from './training-report.js'

const defaults = { epochs: 10, batchSize: 10 }
/** Far from the answer the quadratic cost is flat: it needs longer steps (Nielsen, chapter 3). */
const defaultRate = (cost: string): number => (cost === 'quadratic' ? 3 : 0.5)

const options = {
  ...dataOptions,
  count: { value: 'N', meaning: 'how many examples to learn from (default: all of them; 60000 drawn digits)' },
  ...shapeOptions,
  epochs: { value: 'N', meaning: `how often to learn from all of them (default ${defaults.epochs})` },
  batch: { value: 'N', meaning: `examples of a mini-batch (default ${defaults.batchSize})` },
  rate: { value: 'R', meaning: 'the learning rate (default 3, and 0.5 for cross-entropy)' },
  l2: {
    value: 'L',
    meaning: "the L2 penalty (default 0): lambda / n in Nielsen's book, n being the number of examples",
  },
  seed: { value: 'N', meaning: 'where the first weights and the order of the examples come from (default 0)' },
  ...machineOptions,
  output: { value: 'FILE', short: 'o', meaning: 'where to save the network (default digits.safetensors, by its data)' },
} as const

type Settings = Required<Pick<TrainOptions, 'epochs' | 'batchSize' | 'learningRate' | 'l2'>>

export const train = defineCommand({
  name: 'train',
  summary: 'teaches a new network to read digits, tests it and saves it',
  options,
  notes: [
    [
      'It learns by mini-batch gradient descent. After each epoch it is tested on examples that it does not learn from.',
      'Ctrl-C stops it and saves what was learned until then; a second Ctrl-C ends it at once.',
    ].join('\n'),
  ],
  async run(args) {
    // Whatever can be wrong is found before the work begins.
    const settings = readSettings(args)
    const makeNetwork = networkMaker(args, readMachine(args), args.whole('seed', 0))
    const source = sourceOf(args)
    const count = args.whole('count', 1)
    const output = args.text('output') ?? `${source.name}.safetensors`
    await checkWritable(output)

    const signal = catchInterruption()
    const status = createStatus()
    const started = performance.now()
    const data = await getReady(source, count, status, signal)
    if (!data) return (signal.reason as Interruption).exitCode
    const seconds = (performance.now() - started) / 1000
    const network = makeNetwork(data.training.width, source.classes ?? classesOf(data))
    await print(opening({ source, data, seconds, network, settings }))
    const { history, stopped } = await learn(network, data, settings, status, signal)
    await network.save(output)
    if (stopped) {
      note(`stopped in epoch ${history.length + 1}: what was learned until then is saved in ${output}`)
      return stopped.exitCode
    }
    await print(await closing({ source, data, network, history, output, folder: args.text('data') }))
    return undefined
  },
})

function readSettings(args: Arguments<keyof typeof options>): Settings {
  return {
    epochs: args.whole('epochs', 1) ?? defaults.epochs,
    batchSize: args.whole('batch', 1) ?? defaults.batchSize,
    learningRate: args.number('rate', 'above 0') ?? defaultRate(args.text('cost') ?? defaultShape.cost),
    l2: args.number('l2', 'of at least 0') ?? 0,
  }
}

/** A place that cannot take the network must not come to light after it has learned. */
async function checkWritable(path: string): Promise<void> {
  const fail = (reason: string): never => {
    throw new ModelError(`cannot write ${path}: ${reason}`)
  }
  const folder = dirname(path)
  const [place, file] = await Promise.all([folder, path].map((name) => stat(name).catch(() => undefined)))
  if (!place?.isDirectory()) fail(`there is no folder ${folder}`)
  await access(folder, constants.W_OK).catch(() => fail(`no permission to create a file in ${folder}`))
  if (!file) return
  if (!file.isFile()) fail(`it is ${file.isDirectory() ? 'a folder' : 'not a regular file'}`)
  await access(path, constants.W_OK).catch(() => fail('the file is protected against writing'))
}

/** The examples, or undefined where the wait for them was interrupted. */
async function getReady(
  source: Source,
  count: number | undefined,
  status: Status,
  signal: AbortSignal,
): Promise<Split | undefined> {
  const started = performance.now()
  const show = () => status.show(waitingLine(source, (performance.now() - started) / 1000))
  const timer = setInterval(show, 100)
  show()
  try {
    const data = await source.split(count, signal)
    signal.throwIfAborted()
    return data
  } catch (error) {
    if (!signal.aborted) throw error
    status.clear()
    note('stopped before there was anything to learn from: nothing is saved')
    return undefined
  } finally {
    clearInterval(timer)
    status.clear()
  }
}

/** One more than the largest label. */
function classesOf({ training, test }: Split): number {
  const labels = [...(training.labels ?? []), ...(test.labels ?? [])]
  return labels.reduce((most, label) => Math.max(most, label + 1), 1)
}

/** Trains, and prints a line for each epoch, until all are done or the user has enough. */
async function learn(
  network: Network,
  { training, test }: Split,
  settings: Settings,
  status: Status,
  signal: AbortSignal,
): Promise<{ history: Epoch[]; stopped?: Interruption }> {
  const history: Epoch[] = []
  let began = performance.now()
  try {
    const epochs = network.train(training, {
      ...settings,
      validation: test,
      signal,
      progress(progress) {
        status.show(progressLine(progress, settings.epochs, (performance.now() - began) / 1000))
      },
    })
    for await (const epoch of epochs) {
      status.clear()
      if (!Number.isFinite(epoch.cost)) {
        throw new DescentError(
          `the cost is ${epoch.cost} after epoch ${epoch.number}: try a --rate below ${settings.learningRate}; nothing is saved`,
        )
      }
      history.push(epoch)
      await print(epochLine(epoch, settings.epochs))
      began = performance.now()
    }
    return { history }
  } catch (error) {
    if (signal.reason instanceof Interruption) return { history, stopped: signal.reason }
    throw error
  } finally {
    status.clear()
  }
}
