import type { Communicator } from '../../distributed.js'
import type { Checkpoint, Dataset, Epoch, Evaluation, Network, SourceProgress } from '../../index.js'
import { classNames } from '../input/labels.js'
import { arePictures, drawPictures } from '../input/pictures.js'
import { isStream } from '../input/table-stream.js'
import type { Source } from '../options/data-options.js'
import { backendOf, sizesOf } from '../options/network-options.js'
import type { Training } from '../options/training-options.js'
import { printConfusion } from '../output/confusion.js'
import { mpiLibraryName } from '../output/mpi-library.js'
import { columns, count, duration, percent, score } from '../parsing/format.js'
import { shellWord } from '../terminal/invocation.js'
import { placeOf } from './checkpoint-folder.js'
import { nextSteps } from './next-steps.js'
import type { Lesson } from './run.js'
import { planOf } from './training-plan.js'

/**
 * Returns the status line that is shown while the examples are read from files, or while pictures of digits are drawn.
 */
export function waitingLine({ doing, name }: Source, seconds: number, rows?: number): string {
  const read = rows === undefined ? '' : `${count(rows)} rows, `
  return `${doing} ${name} ... ${read}${seconds.toFixed(1)} s`
}

interface Opening {
  readonly source: Source
  readonly lesson: Lesson
  /** The number of seconds that it took to read the examples or to draw the pictures. */
  readonly seconds: number
  readonly network: Network
  readonly training: Training
  readonly resumption: Checkpoint | undefined
  /** The processes that train the network together, if there are several. */
  readonly communicator: Communicator | undefined
}

/** Returns the text that is printed before the training. */
export function opening({ source, lesson, seconds, network, training, resumption, communicator }: Opening): string {
  return [
    columns([
      ['data', `${source.name}, ${sharesOf(lesson)}, ${source.done} in ${duration(seconds)}`],
      [
        'network',
        [sizesOf(network), ...neuronsOf(network), `${network.description.cost} cost`, network.dtype].join(', '),
      ],
      ['training', planOf(training)],
      ['backend', `${backendOf(network)}: ${network.backend.reason}`],
      ...(communicator ? [['ranks', ranksOf(communicator)] as const] : []),
      ...(resumption ? [['resumes', resumptionOf(resumption, lesson, training)] as const] : []),
    ]),
    '',
  ].join('\n')
}

/** Describes the processes that train together, such as "4 processes, connected by Open MPI v4.1.4". */
function ranksOf({ size, library }: Communicator): string {
  return `${count(size)} processes, connected by ${mpiLibraryName(library)}`
}

/**
 * Describes the checkpoint from which a run continues, for example "in epoch 3, after 200 of 600 examples, from
 * run/checkpoint-000003-000000200.safetensors".
 */
function resumptionOf(resumption: Checkpoint, { training: { rows } }: Lesson, { epochs }: Training): string {
  const isOver = resumption.epoch > epochs
  return `${placeOf(resumption, rows)}${isOver ? ', the last one' : ''}, from ${resumption.path}`
}

function sharesOf({ training, validation, test }: Lesson): string {
  const size = training.rows === undefined ? undefined : count(training.rows)
  const toLearn = isStream(training)
    ? `a stream${size === undefined ? '' : ` of ${size}`} to learn from`
    : `${size} to learn from`
  const forTest = `${count(test.rows)} for the test`
  return validation === test
    ? `${toLearn} and ${forTest}`
    : `${toLearn}, ${count(validation.rows)} to judge epochs by and ${forTest}`
}

/**
 * Returns a list that describes the neurons, such as ["relu and softmax neurons", "dropout"]. The list is empty for the
 * default: sigmoid neurons without dropout.
 */
function neuronsOf({ description: { layers, inputDropout } }: Network): string[] {
  const names = [...new Set(layers.map(({ activation }) => activation))]
  const silenced = inputDropout !== undefined || layers.some(({ dropout }) => dropout !== undefined)
  return [...(names.join() === 'sigmoid' ? [] : [`${names.join(' and ')} neurons`]), ...(silenced ? ['dropout'] : [])]
}

const barLength = 20

/**
 * Returns the status line for an epoch. `seconds` is the time that this process has spent on the epoch. If an earlier
 * process began the epoch, `before` is the number of examples that it had already used. The speed does not include
 * these examples.
 */
export function progressLine(
  { epoch, done, rows, cost }: SourceProgress,
  epochs: number,
  seconds: number,
  before = 0,
): string {
  const speed = seconds > 0 ? `  ${count((done - before) / seconds)} examples/s` : ''
  const how = rows === undefined ? `${count(done)} examples` : barOf(done, rows)
  return `epoch ${String(epoch).padStart(String(epochs).length)} of ${epochs}  ${how}  cost ${cost.toPrecision(4)}${speed}`
}

/** Returns a progress bar, such as "█████░░░░░░░░░░░░░░░  25%". */
function barOf(done: number, rows: number): string {
  const full = Math.floor((barLength * done) / rows)
  const bar = '█'.repeat(full) + '░'.repeat(barLength - full)
  return `${bar} ${`${Math.floor((100 * done) / rows)}%`.padStart(4)}`
}

/** Returns the line that is printed for a completed epoch. */
export function epochLine({ number, cost, validation, training, seconds }: Epoch, epochs: number): string {
  const name = `epoch ${String(number).padStart(String(epochs).length)} of ${epochs}`
  const answers = validation ? [score(validation), ...metricsOf(validation)] : []
  const ofTraining = training ? metricsOf(training).map((metric) => `training ${metric}`) : []
  return [name, ...answers, ...ofTraining, `cost ${cost.toPrecision(4)}`, duration(seconds)].join('   ')
}

/** A run whose cost ends this many times above that of its first epoch is reported. */
const rise = 10

/**
 * Returns a warning if the cost of the last epoch is more than ten times that of the first epoch. Such a run moves away
 * from the minimum, but too slowly to be an error. Undefined if the best epoch was restored, because the network is then
 * not that of the last epoch.
 */
export function warningOf(history: readonly Epoch[], { learningRate, earlyStopping }: Training): string | undefined {
  const [first] = history
  const last = history.at(-1)
  if (earlyStopping || !last || !(last.cost > rise * first.cost)) return undefined
  const [before, after] = [first, last].map(({ number, cost }) => `${cost.toPrecision(4)} in epoch ${number}`)
  return `the cost rose from ${before} to ${after}: the network learned nothing; try a --learning-rate below ${learningRate}, or --standardize`
}

/** Formats the metrics, such as "f1 0.9012". */
function metricsOf({ metrics }: Evaluation): string[] {
  return Object.entries(metrics).map(([name, value]) => `${name} ${value.toPrecision(4)}`)
}

interface Closing {
  readonly source: Source
  readonly lesson: Lesson
  readonly network: Network
  readonly history: readonly Epoch[]
  /** The epochs that this process completed. */
  readonly here: readonly Epoch[]
  /**
   * If this process continued an unfinished epoch, this is the number of examples that an earlier process had already
   * used in that epoch. Otherwise it is 0.
   */
  readonly learnedBefore: number
  /** The evaluation on the test examples. */
  readonly evaluation: Evaluation
  /** The path of the saved network. */
  readonly output: string
  /** The path of the JSON file that describes the training run. */
  readonly description: string
  /** The options that the user typed, and their values. */
  readonly typed: Readonly<Record<string, unknown>>
}

/** Returns the text that is printed after the training: the result, and commands to try next. */
export async function closing(run: Closing): Promise<string> {
  const { lesson, network, evaluation, output, description, typed } = run
  const { test } = lesson
  const { confusion } = evaluation
  return [
    ...(confusion ? ['', printConfusion(confusion, classNames(network))] : []),
    ...(process.stdout.isTTY && arePictures(test)
      ? ['', 'some test pictures and the answers to them:', await sampleAnswers(network, test)]
      : []),
    '',
    columns([
      evaluation.accuracy === undefined ? ['cost', costOf(run)] : ['accuracy', accuracyOf(run)],
      ...metricsOf(evaluation).map((metric): [string, string] => ['', `${metric} on the test`]),
      ['time', timeOf(run)],
      ['backend', `${backendOf(network)}: ${network.backend.reason}`],
      ['saved in', output],
      ['the run', `is described in ${description}: "train --from ${shellWord(description)}" repeats it`],
    ]),
    '',
    'Try next:',
    nextSteps({ place: run.source.place, output, typed }),
  ].join('\n')
}

function timeOf({ lesson: { training }, here, learnedBefore }: Closing): string {
  if (here.length === 0) return 'no epochs were left'
  const seconds = here.reduce((sum, epoch) => sum + epoch.seconds, 0)
  const { rows } = training
  if (rows === undefined) return `${duration(seconds)} of learning`
  const speed = (rows * here.length - learnedBefore) / seconds
  return `${duration(seconds)} of learning, ${count(speed)} examples a second`
}

function accuracyOf({ lesson: { validation, test }, history, evaluation }: Closing): string {
  const last = history[history.length - 1]
  const best = history.reduce((a, b) => ((b.accuracy ?? 0) > (a.accuracy ?? 0) ? b : a))
  const bestOne = `${percent(best.accuracy ?? 0)}, after epoch ${best.number}`
  const end = percent(evaluation.accuracy ?? 0)
  if (validation !== test) return `${end} of the test; of those to judge epochs by, at best ${bestOne}`
  return best === last ? `${end} at the end, the best of all epochs` : `${end} at the end; the best was ${bestOne}`
}

/**
 * Returns the text about the cost, such as "0.1234 on the test". If the rows have no class labels, the report contains
 * this text instead of the accuracy.
 */
function costOf({ lesson: { validation, test }, evaluation, history }: Closing): string {
  const end = evaluation.cost.toPrecision(4)
  if (validation !== test) return `${end} on the test`
  const best = history.reduce((a, b) => ((b.validation?.cost ?? 0) < (a.validation?.cost ?? 0) ? b : a))
  return `${end} at the end; the best was ${best.validation?.cost.toPrecision(4)}, after epoch ${best.number}`
}

/** The number of test rows from which the sample pictures are chosen. */
const sampledRows = 2000

/**
 * Returns text that shows pictures on the terminal: a few that the network classifies correctly, and a few that it
 * classifies wrongly.
 */
async function sampleAnswers(network: Network, test: Dataset): Promise<string> {
  const { labels } = test
  const answers = await network.classify(test.slice(0, Math.min(sampledRows, test.rows)))
  const samples = Array.from(answers, (answer, row) => ({ row, answer, label: labels?.[row] ?? answer }))
  const right = samples.filter(({ answer, label }) => answer === label).slice(0, 3)
  const wrong = samples.filter(({ answer, label }) => answer !== label).slice(0, 5 - right.length)
  return drawPictures(test, [
    ...right.map(({ row, answer }) => ({ row, caption: String(answer) })),
    ...wrong.map(({ row, answer, label }) => ({ row, caption: `${answer}? no, ${label}` })),
  ])
}
