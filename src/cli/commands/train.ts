import { type CheckpointOptions, type Epoch, type Evaluation, Network, newestCheckpoint } from '../../index.js'
import { createFollowedSession } from '../../see/followed-session.js'
import { isStream, type StreamedExamples } from '../input/table-stream.js'
import { checkpointOptions, readCheckpoint } from '../options/checkpoint-options.js'
import { type Examples, namesPlace, sourceAt } from '../options/data-options.js'
import { stoppingSettings } from '../options/early-stopping.js'
import { checkStreamed, exampleOptions, isStreamed, readPlace } from '../options/example-options.js'
import { optimizerSettings, scheduleSettings } from '../options/learning-options.js'
import { machineOptions, networkMaker, readMachine, readShape, shapeOptions } from '../options/network-options.js'
import { learnsByName, tableLearningOptions } from '../options/table-learning-options.js'
import { readTraining, trainingOptions, trainingSections, withoutClassWeights } from '../options/training-options.js'
import { saveNetwork } from '../output/model-formats.js'
import { type Arguments, defineCommand } from '../parsing/command.js'
import { wholeKind } from '../parsing/option-parsers.js'
import { settingsList } from '../parsing/settings.js'
import { UsageError } from '../parsing/usage-error.js'
import { describeBeside, openCheckpoints, placeOf } from '../run/checkpoint-folder.js'
import { getReady, stoppedBefore } from '../run/open-examples.js'
import { checkNotRead, checkReplaceable, checkWritable } from '../run/output.js'
import { type CheckExamples, checkReplacement } from '../run/replacement.js'
import { type Lesson, prepare, type Run, tryOut } from '../run/run.js'
import { descriptionPath, type ReadRun, type Result, readRun, writeRun } from '../run/run-description.js'
import { pageOptions, showPage, waitForEnd } from '../run/show-page.js'
import { inTeam, isLaunched, type Team } from '../run/team.js'
import { checkModelName, inputsOf } from '../run/train-output.js'
import { trainOnTable } from '../run/train-table.js'
import { closing, opening, warningOf } from '../run/training-report.js'
import { hintOnBytes } from '../run/unscaled-bytes.js'
import { learn } from '../run/watch-run.js'
import { catchInterruption } from '../terminal/interruption.js'
import { shellWord } from '../terminal/invocation.js'
import { createStatus, note, print } from '../terminal/terminal.js'
import { version } from '../terminal/version.js'

const seeOptions = {
  see: { meaning: 'shows the run in the browser, at an address that is printed' },
  ...pageOptions,
} as const

const options = {
  from: { value: 'FILE', meaning: 'repeats the run that FILE describes; other options override it' },
  output: {
    value: 'FILE',
    alias: '-o',
    meaning:
      'where to save the network (default: named after its data, as in digits.safetensors); digits.json describes the run',
  },
  force: { meaning: 'replaces the file of an earlier run that has the default name' },
  seed: { kind: wholeKind(0), meaning: 'seed of the initial weights and of the order of the examples (default 0)' },
  ...machineOptions,
  ...exampleOptions,
  ...shapeOptions,
  ...trainingOptions,
  ...checkpointOptions,
  ...tableLearningOptions,
  ...seeOptions,
} as const

export const train = defineCommand({
  name: 'train',
  summary: 'trains a new network, tests it and saves it',
  options,
  sections: {
    Examples: exampleOptions,
    Network: shapeOptions,
    ...trainingSections,
    Tables: tableLearningOptions,
    Checkpoints: checkpointOptions,
    Page: seeOptions,
  },
  notes: [
    [
      'The network is trained by mini-batch gradient descent. Each epoch ends with a test on examples held out from training.',
      'Ctrl-C stops the training and saves the network; a second Ctrl-C ends the program at once.',
    ].join('\n'),
    [
      'A table whose --label is the name of a column, or that has a --target, is learned by name: each column is looked at and',
      'becomes numbers, categories or dates; missing values are fine. The options under "Tables" change what was found, and',
      '--preset book takes the numbers as they are. The saved network knows the columns.',
    ].join('\n'),
    'Without --output, the file of an earlier run is replaced only by the same run, or with --force.',
    [
      'With --checkpoint, a run that was stopped or killed continues with the same options and --resume, and ends with the',
      'same file as without the stop. FOLDER/run.json describes the run: --from FOLDER/run.json stands for its options.',
    ].join('\n'),
    [
      'Settings follow a colon: --optimizer adam:beta2=0.99,epsilon=1e-6 --schedule step:epochs=5,factor=0.5',
      '--early-stopping 5:monitor=cost. Those of optimizers:',
      settingsList(optimizerSettings),
      'Those of schedules, all of which have warm-up too:',
      settingsList(scheduleSettings),
      `Those of early stopping: ${Object.keys(stoppingSettings).join(', ')}.`,
    ].join('\n'),
    [
      'The default learning rate of sgd is 3 for the quadratic cost, and 0.5 for others; with momentum it is a tenth of that.',
      'Those of the other optimizers: 0.01 for adagrad, rmsprop and rprop, 0.001 for adam and adamw, 1 for l-bfgs.',
    ].join('\n'),
    [
      'The default cost and initializer depend on the layers: softmax outputs bring the cost cross-entropy; relu and its kin',
      'bring the initializer he, selu brings lecun, and tanh brings glorot.',
    ].join('\n'),
    [
      '0 or none removes an optional setting of the file given with --from; --l2 and --lambda replace each',
      'other. A cost or an optimizer other than that of the file brings its own default learning rate.',
    ].join('\n'),
  ],
  run: (args) => {
    if (!isLaunched() && learnsByName(args)) return trainOnTable(args)
    // The handlers of signals must be there before MPI starts, which would install its own.
    const signal = isLaunched() ? catchInterruption({ endsAtSecond: false }) : undefined
    return inTeam(options, (team) => trainInTeam(args, team, signal))
  },
})

/** Trains in one process, or in one of several. Resolves to the exit code. */
async function trainInTeam(
  args: Arguments<typeof options>,
  team: Team,
  signalOfLaunched: AbortSignal | undefined,
): Promise<number | undefined> {
  const { together, first, isFirst, communicator } = team
  // Check the options before the data are read.
  const { run, source, make, checkpoint, classes, output } = await together(() => check(args, team))
  const description = descriptionPath(output)
  let checkExamples: CheckExamples | undefined
  const { resumption, inputNames } = await first(async () => {
    const resumption = checkpoint && (await openCheckpoints(checkpoint, run.training.epochs))
    const inputNames = resumption && (await Network.load(resumption.path, { backend: 'typescript' })).inputNames
    await checkWritable(output)
    const mayReplace = args.output !== undefined || args.force
    if (!mayReplace) checkExamples = await checkReplacement(output, run, resumption)
    await checkReplaceable(description)
    return { resumption, inputNames }
  })

  const signal = signalOfLaunched ?? catchInterruption()
  const status = createStatus()
  const started = performance.now()
  const shard = communicator && { index: communicator.rank, count: communicator.size }
  const data = await together(() => getReady(source, run, status, signal, inputNames, shard))
  const seconds = (performance.now() - started) / 1000
  const sizes = run.sizes ?? { inputs: data.training.width, outputs: source.classes ?? outputsOf(data) }
  // If rows are streamed without --count, `examples` is undefined, because the number of rows may be unknown.
  const examples = isStreamed(run.place) ? run.count : data.training.rows
  const { network, lesson } = await together(async () => {
    if (classes === undefined) tryOut(make(1, sizes.outputs), run.training, run)
    const network = make(sizes.inputs, sizes.outputs)
    if (data.labelNames) network.labelNames = data.labelNames
    checkExamples?.(examples)
    if (checkpoint && isFirst) await describeBeside(checkpoint, resumption, run, network, examples)
    const lesson = await prepare(network, data, run, communicator).catch((error) => stoppedBefore(signal, error))
    return { network, lesson }
  })
  const hint = await hintOnBytes(data.training, run.place, run.training)
  if (hint !== undefined) note(hint)
  await print(opening({ source, lesson, seconds, network, training: run.training, resumption, communicator }))
  const { epochs, learningRate } = run.training
  const page = args.see && (await openPage(network, lesson, data.labelNames, { name: source.name, run, args }))
  if (page) await print(`the page is at ${page.server.address}`)
  const learned = await learn(lesson, {
    epochs,
    learningRate,
    checkpoint,
    resumption,
    status,
    signal,
    communicator,
    page,
  }).catch(async (error: unknown) => {
    await page?.close()
    throw error
  })
  const { history, here, stopped } = learned
  // The other ranks wait in `close` until the first one has saved the network.
  if (!isFirst) return stopped?.exitCode
  await saveNetwork(output, network)
  const save = (result: Result) => writeRun(description, run, network, examples, result)
  if (stopped) {
    await save({ epochs: learned.epochs, interrupted: true })
    const further = checkpoint ? await howToContinue(checkpoint, lesson) : ''
    note(`stopped in epoch ${learned.epochs + 1}: the network so far is saved in ${output}${further}`)
    await page?.close()
    return stopped.exitCode
  }
  const evaluation = await evaluateOnTest(network, lesson, here)
  await save(resultOf(learned.epochs, evaluation))
  const learnedBefore = resumption?.row ?? 0
  const closingOf = { source, lesson, network, history, here, learnedBefore, evaluation, output, description }
  await print(await closing({ ...closingOf, typed: args }))
  const warning = warningOf(history, run.training)
  if (warning !== undefined) note(warning)
  if (!page) return undefined
  await print('the page stays until Ctrl-C')
  const code = await waitForEnd(signal)
  await page.close()
  return code
}

/** Checks the options before the data are read. @throws UsageError or OptionError if an option is wrong */
async function check(args: Arguments<typeof options>, { communicator }: Team) {
  const machine = readMachine(args)
  const before = await readFrom(args.from)
  const run = planRun(args, before)
  const source = sourceAt(run.place)
  checkPage(args, run, communicator !== undefined)
  const make = networkMaker(run.shape, { ...machine, dtype: run.dtype, seed: run.seed })
  const checkpoint = readCheckpoint(args, run.training)
  // The number of classes of a folder or a table is known only after reading it, so class weights are checked later.
  const classes = run.sizes?.outputs ?? source.classes
  tryOut(make(1, classes ?? 1000), classes === undefined ? withoutClassWeights(run.training) : run.training, run)
  const output = args.output ?? `${source.name}.safetensors`
  checkModelName(output)
  await checkNotRead({ option: '--output', path: output }, await inputsOf(args.from, run.place))
  return { run, source, make, checkpoint, classes, output }
}

/** @throws UsageError if --port or --open lacks --see, or if the page could not show the run */
function checkPage({ see, port, open }: Arguments<typeof options>, { place }: Run, isLaunched: boolean): void {
  if (!see && (port !== undefined || open)) throw new UsageError(`--${open ? 'open' : 'port'} needs --see`)
  if (see && isLaunched) throw new UsageError('--see shows the run of a single process: start train without a launcher')
  if (see && isStreamed(place))
    throw new UsageError('--see shows examples, but --stream never has all of them in memory')
}

/** Serves the page that shows the run. The run goes on whether pages watch it or not. */
async function openPage(
  network: Network,
  { training, test }: Lesson,
  labelNames: readonly string[] | undefined,
  { name, run, args }: { readonly name: string; readonly run: Run; readonly args: Arguments<typeof options> },
) {
  if (isStream(training)) throw new Error('--see was checked before')
  const { batchSize, optimizer, epochs } = run.training
  const canPause = (typeof optimizer === 'object' ? optimizer.name : optimizer) !== 'l-bfgs'
  const session = createFollowedSession({
    network,
    data: { name, training, test, labelNames },
    batchSize: canPause ? Math.min(batchSize, training.rows) : undefined,
    epochs,
  })
  const server = await showPage(session, args)
  const close = async () => {
    await server.close()
    await session.close()
  }
  return { session, server, canPause, close }
}

/**
 * Returns a hint such as "; --checkpoint run --resume continues in epoch 3, after 200 of 600 examples". The hint is
 * empty if there is no checkpoint.
 */
async function howToContinue({ folder }: CheckpointOptions, { training }: Lesson): Promise<string> {
  const newest = await newestCheckpoint(folder)
  const options = `--checkpoint ${shellWord(folder)} --resume`
  return newest ? `; ${options} continues ${placeOf(newest, training.rows)}` : ''
}

async function readFrom(path: string | undefined): Promise<ReadRun['run'] | undefined> {
  if (path === undefined) return undefined
  const { run, version: writer } = await readRun(path)
  if (writer !== version) note(`${path} was written by descent ${writer}; this is ${version}, whose results may differ`)
  return run
}

/**
 * Returns the settings of the run. A setting that is not on the command line comes from the --from file (`before`).
 * Without such a file, it has its default.
 * @throws UsageError or OptionError if an option is invalid
 */
function planRun(args: Arguments<typeof options>, before: ReadRun['run'] | undefined): Run {
  const shape = readShape(args, before?.shape)
  const place = readPlace(args, before?.place)
  // If the command line chooses the examples, the numbers of inputs, outputs and examples in the --from file are
  // ignored, because they may not fit these examples.
  const same = namesPlace(args) ? undefined : before
  const count = args.count ?? same?.count
  const training = readTraining(args, shape, before)
  checkStreamed(place, training)
  return {
    shape,
    ...(same && { sizes: same.sizes }),
    dtype: args.dtype ?? before?.dtype ?? 'float32',
    seed: args.seed ?? before?.seed ?? 0,
    place,
    ...(count !== undefined && { count }),
    training,
  }
}

/** Returns the number of outputs: the number of targets or class names, or one more than the largest label. */
function outputsOf({ training, test, labelNames }: Examples | StreamedExamples): number {
  if (isStream(training)) return training.outputs
  if (training.targets) return training.targetWidth
  if (labelNames) return labelNames.length
  const labels = [...(training.labels ?? []), ...(test.labels ?? [])]
  return labels.reduce((most, label) => Math.max(most, label + 1), 1)
}

/**
 * Returns the evaluation of the network on the test examples. If these are also the validation examples, returns the
 * result of the last epoch instead of evaluating again.
 */
async function evaluateOnTest(
  network: Network,
  { test, validation, metrics }: Lesson,
  here: readonly Epoch[],
): Promise<Evaluation> {
  const last = here.at(-1)?.validation
  if (last && validation === test) return last
  return network.evaluate(test, metrics && { metrics })
}

function resultOf(epochs: number, { accuracy, cost, metrics }: Evaluation): Result {
  return {
    epochs,
    ...(accuracy !== undefined && { accuracy }),
    cost,
    ...(Object.keys(metrics).length > 0 && { metrics }),
  }
}
