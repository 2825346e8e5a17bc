import { DivergedError, type Epoch, type Evaluation, type Network, type Split, type TrainOptions } from '../index.js'
import type { Arguments } from './arguments.js'
import { defineCommand } from './command.js'
import { dataOptions, type Source, sourceOf } from './data-options.js'
import { catchInterruption, Interruption } from './interruption.js'
import { machineOptions, networkMaker, readDtype, readMachine, readShape, shapeOptions } from './network-options.js'
import { checkReplaceable, checkWritable } from './output.js'
import { type Lesson, prepare, type Run, tryOut } from './run.js'
import { descriptionPath, type ReadRun, type Result, readRun, writeRun } from './run-description.js'
import { createStatus, note, print, type Status } from './terminal.js'
import { readTraining, trainingOptions, trainingSections } from './training-options.js'
import { closing, epochLine, opening, progressLine, waitingLine } from './training-report.js'
import { version } from './version.js'

const examples = {
  ...dataOptions,
  count: { value: 'N', meaning: 'how many examples to learn from (default: all of them; 60000 drawn digits)' },
} as const

const options = {
  from: { value: 'FILE', meaning: 'repeats the run that FILE describes, changed by the other options' },
  output: {
    value: 'FILE',
    short: 'o',
    meaning: 'where to save the network (default digits.safetensors, by its data); digits.json describes the run',
  },
  seed: { value: 'N', meaning: 'where the first weights and the order of the examples come from (default 0)' },
  ...machineOptions,
  ...examples,
  ...shapeOptions,
  ...trainingOptions,
} as const

export const train = defineCommand({
  name: 'train',
  summary: 'teaches a new network to read digits, tests it and saves it',
  options,
  sections: { Examples: examples, Network: shapeOptions, ...trainingSections },
  notes: [
    [
      'It learns by mini-batch gradient descent. After each epoch it is tested on examples that it does not learn from.',
      'Ctrl-C stops it and saves what was learned until then; a second Ctrl-C ends it at once.',
    ].join('\n'),
    'The default rate of momentum and nesterov is a tenth; that of adagrad, rmsprop and rprop 0.01, of adam and adamw 0.001.',
    [
      'What can be left out, 0 or none takes back where a file given with --from has it; --l2 and --lambda replace each',
      'other. Another cost or optimizer than that of the file brings its own default rate.',
    ].join('\n'),
  ],
  async run(args) {
    // Whatever can be wrong is found before the work begins.
    const machine = readMachine(args)
    const before = await readFrom(args.text('from'))
    const run = planRun(args, before)
    const source = sourceOf(args, run.place)
    const make = networkMaker(run.shape, { ...machine, dtype: run.dtype, seed: run.seed })
    // How many classes a folder has comes to light later.
    tryOut(make(1, run.sizes?.outputs ?? source.classes ?? 1000), run.training)
    const output = args.text('output') ?? `${source.name}.safetensors`
    const description = descriptionPath(output)
    await checkWritable(output)
    await checkReplaceable(description)

    const signal = catchInterruption()
    const status = createStatus()
    const started = performance.now()
    const data = await getReady(source, run.count, status, signal)
    if (!data) return (signal.reason as Interruption).exitCode
    const seconds = (performance.now() - started) / 1000
    const sizes = run.sizes ?? { inputs: data.training.width, outputs: source.classes ?? classesOf(data) }
    const network = make(sizes.inputs, sizes.outputs)
    const lesson = prepare(network, data, run)
    await print(opening({ source, lesson, seconds, network, training: run.training }))
    const { history, stopped } = await learn(network, lesson, run.training.epochs, status, signal)
    await network.save(output)
    const save = (result: Result) => writeRun(description, run, network, data.training.size, result)
    if (stopped) {
      await save({ epochs: history.length, interrupted: true })
      note(`stopped in epoch ${history.length + 1}: what was learned until then is saved in ${output}`)
      return stopped.exitCode
    }
    const evaluation = await answersToTest(network, lesson, history)
    await save(resultOf(history, evaluation))
    await print(await closing({ source, lesson, network, history, evaluation, output, description }))
    return undefined
  },
})

async function readFrom(path: string | undefined): Promise<ReadRun['run'] | undefined> {
  if (path === undefined) return undefined
  const { run, version: writer } = await readRun(path)
  if (writer !== version)
    note(`${path} was written by descent ${writer}; this is ${version}, which may learn otherwise`)
  return run
}

/** The run that is described, changed by what was typed. @throws UsageError, OptionError */
function planRun(args: Arguments<keyof typeof options>, before: ReadRun['run'] | undefined): Run {
  const shape = readShape(args, before?.shape)
  const { place } = sourceOf(args, before?.place)
  // The numbers of a described run are those of its examples.
  const same = args.has('data') || args.has('dataset') ? undefined : before
  const count = args.whole('count', 1) ?? same?.count
  return {
    shape,
    ...(same && { sizes: same.sizes }),
    dtype: readDtype(args) ?? before?.dtype ?? 'float32',
    seed: args.whole('seed', 0) ?? before?.seed ?? 0,
    place,
    ...(count !== undefined && { count }),
    training: readTraining(args, shape.cost, before && { cost: before.shape.cost, training: before.training }),
  }
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
  { training, validation, options, close }: Lesson,
  epochs: number,
  status: Status,
  signal: AbortSignal,
): Promise<{ history: Epoch[]; stopped?: Interruption }> {
  const history: Epoch[] = []
  let began = performance.now()
  const watched: TrainOptions = {
    ...options,
    validation,
    signal,
    progress(progress) {
      status.show(progressLine(progress, epochs, (performance.now() - began) / 1000))
    },
  }
  try {
    for await (const epoch of network.train(training, watched)) {
      status.clear()
      history.push(epoch)
      await print(epochLine(epoch, epochs))
      began = performance.now()
    }
    return { history }
  } catch (error) {
    if (signal.reason instanceof Interruption) return { history, stopped: signal.reason }
    throw error instanceof DivergedError ? explain(error, options) : error
  } finally {
    status.clear()
    close()
  }
}

/** What the library says, in the words of the command line. */
function explain({ message, place }: DivergedError, { learningRate }: TrainOptions): DivergedError {
  const advice = `nothing is saved; try a --rate below ${learningRate}`
  return new DivergedError(`${message.replace('network.standardise', '--standardise')}; ${advice}`, place)
}

/** How the network answers the test; where nothing was held out, that is known since the last epoch. */
async function answersToTest(
  network: Network,
  { test, validation, options }: Lesson,
  history: readonly Epoch[],
): Promise<Evaluation> {
  const last = history[history.length - 1].validation
  if (last && validation === test) return last
  return network.evaluate(test, { figures: options.figures })
}

function resultOf(history: readonly Epoch[], { accuracy, cost, figures }: Evaluation): Result {
  return {
    epochs: history.length,
    ...(accuracy !== undefined && { accuracy }),
    cost,
    ...(Object.keys(figures).length > 0 && { figures }),
  }
}
