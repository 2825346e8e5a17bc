import { writeFileAtomic } from '../../base/write-file.js'
import { DataError, findMnist, type LoadOptions, Network } from '../../index.js'
import type { Experiment, Laboratory, Pictures } from '../book/experiment.js'
import { experiments } from '../book/experiments.js'
import type { Outcome, Outcomes } from '../book/outcome.js'
import { page } from '../book/page.js'
import { comparison, json, listing, listingAsJson } from '../book/report.js'
import { settling } from '../book/settling.js'
import { type Source, sources } from '../options/data-options.js'
import { backendOf, machineOptions, readMachine } from '../options/network-options.js'
import { type Arguments, defineCommand } from '../parsing/command.js'
import { duration } from '../parsing/format.js'
import { oneOf, wholeKind } from '../parsing/option-parsers.js'
import { UsageError } from '../parsing/usage-error.js'
import { checkWritable } from '../run/output.js'
import { progressLine, waitingLine } from '../run/training-report.js'
import { catchInterruption, Interruption } from '../terminal/interruption.js'
import { createStatus, note, print, type Status } from '../terminal/terminal.js'

const options = {
  dataset: {
    kind: oneOf('mnist', 'digits'),
    meaning: 'mnist (default), which is downloaded once if named here, or digits, which are drawn by the program',
  },
  seed: { kind: wholeKind(0), meaning: 'seed of the initial weights and of the order of the pictures (default 0)' },
  seeds: { kind: wholeKind(1, 1000), meaning: 'run each experiment with this many seeds, from --seed on (default 1)' },
  epochs: { kind: wholeKind(1), meaning: "at most this many epochs, for a quick look (default: the book's)" },
  count: { kind: wholeKind(2), meaning: 'number of pictures for training and validation (default: all, 60000)' },
  ...machineOptions,
  chart: { value: 'FILE.svg', meaning: 'draw a chart of the experiment settling into this file' },
  json: { meaning: 'print it as JSON' },
  markdown: { meaning: 'print the page docs/learn/book.md' },
} as const

type BookArguments = Arguments<typeof options>

export const book = defineCommand({
  name: 'book',
  summary: "runs experiments of Nielsen's book, and shows the book's figures beside ours",
  operands: '[NAME...]',
  options,
  notes: [
    [
      'A NAME is one of those that "descent-nn book" lists, or "all". The book trains on 50,000 pictures,',
      'validates on 10,000 and tests on 10,000. Ctrl-C stops and shows the finished experiments.',
    ].join('\n'),
  ],
  async run(args) {
    if (args.json && args.markdown) {
      throw new UsageError('--json and --markdown exclude each other: there is one output')
    }
    const chosen = choose(args.operands)
    if (chosen.length === 0) {
      if (args.markdown) throw new UsageError('--markdown needs a NAME, or all')
      await print(args.json ? listingAsJson(experiments) : listing(experiments))
      return undefined
    }
    // Check the options before the experiments begin.
    if (args.chart !== undefined) {
      if (!chosen.includes(settling)) throw new UsageError('--chart draws the experiment settling: name it, or all')
      await checkWritable(args.chart)
    }
    const settings = readSettings(args)
    const source = chosen.some(({ needs }) => needs.pictures) ? await sourceOf(args) : undefined

    const signal = catchInterruption()
    const { outcomes, stopped } = await runAll(chosen, settings, source, signal)
    const results: Outcomes = { ...settings, outcomes, dataset: source?.name }
    if (outcomes.length > 0) await print(report(args, results))
    const settled = outcomes.find(({ experiment }) => experiment === settling)
    if (args.chart !== undefined && settled) {
      const { settlingChart } = await import('../book/settling-chart.js')
      await writeFileAtomic(args.chart, [Buffer.from(settlingChart(settled, results))], DataError)
    }
    return stopped?.exitCode
  },
})

/** Returns the experiments with these names, in the order of Nielsen's book. @throws UsageError if a name is unknown */
function choose(names: readonly string[]): readonly Experiment[] {
  const known = [...experiments.map(({ name }) => name), 'all']
  for (const name of names) {
    if (known.includes(name)) continue
    throw new UsageError(`there is no experiment ${name}. The experiments: ${known.join(', ')}`)
  }
  return names.includes('all') ? experiments : experiments.filter(({ name }) => names.includes(name))
}

interface Settings extends Pick<Outcomes, 'backend' | 'seeds' | 'less'> {
  readonly machine: LoadOptions
  readonly epochs: number | undefined
  readonly count: number | undefined
}

function readSettings(args: BookArguments): Settings {
  const { seed = 0, seeds = 1, epochs, count } = args
  const machine = readMachine(args)
  return {
    machine,
    // A small network is created here, so that a missing backend is noticed before the data are read.
    backend: backendOf(new Network([1, 1], machine)),
    seeds: Array.from({ length: seeds }, (_, i) => seed + i),
    epochs,
    count,
    less: [
      ...(epochs === undefined ? [] : [`at most ${epochs} ${epochs === 1 ? 'epoch' : 'epochs'}`]),
      ...(count === undefined ? [] : [`only ${count} pictures`]),
    ],
  }
}

async function sourceOf(args: BookArguments): Promise<Source> {
  if (args.dataset) return sources[args.dataset]
  // The environment variable DESCENT_MNIST may name a wrong folder. This is not checked here, because reading the data
  // then throws an error that names the variable.
  if (process.env.DESCENT_MNIST || (await findMnist()) !== undefined) return sources.mnist
  throw new DataError(
    [
      'MNIST is not on this machine: "--dataset mnist" downloads it once, 11 MB; the variable DESCENT_MNIST can name its',
      'folder; and "--dataset digits" draws digits instead, to which the book\'s figures do not apply',
    ].join(' '),
  )
}

/**
 * Divides the pictures as Nielsen's book does: the first 5/6 are for training, and the rest for validation. Some
 * experiments divide the same pictures into halves instead.
 */
async function readPictures(source: Source, count: number | undefined, signal: AbortSignal): Promise<Pictures> {
  const { training: all, test } = await source.split(count, signal)
  const validated = Math.max(1, Math.round(all.rows / 6))
  const half = Math.ceil(all.rows / 2)
  return {
    training: all.slice(0, all.rows - validated),
    validation: all.slice(all.rows - validated),
    test,
    halves: [all.slice(0, half), all.slice(half)],
  }
}

/** Runs the experiments one after another, until all are done or the user stops the command. */
async function runAll(
  chosen: readonly Experiment[],
  settings: Settings,
  source: Source | undefined,
  signal: AbortSignal,
): Promise<{ outcomes: Outcome[]; stopped?: Interruption }> {
  const status = createStatus()
  const outcomes: Outcome[] = []
  let pictures: Promise<Pictures> | undefined
  const read = async (): Promise<Pictures> => {
    if (!source) throw new DataError('this experiment has no pictures')
    if (!pictures) status.show(waitingLine(source, 0))
    pictures ??= readPictures(source, settings.count, signal)
    return pictures
  }
  for (const experiment of chosen) {
    try {
      const outcome = await runOne(experiment, settings, read, status, signal)
      outcomes.push(outcome)
      // Without a terminal, there is no status line, so this message is the only sign of progress.
      if (chosen.length > 1) note(`${experiment.name}: ${duration(outcome.seconds)}`)
    } catch (error) {
      if (!(error === signal.reason && error instanceof Interruption)) throw error
      status.clear()
      note(`stopped in ${experiment.name}: ${outcomes.length} of ${chosen.length} experiments are done`)
      return { outcomes, stopped: error }
    }
  }
  return { outcomes }
}

async function runOne(
  experiment: Experiment,
  { machine, seeds, epochs }: Settings,
  pictures: () => Promise<Pictures>,
  status: Status,
  signal: AbortSignal,
): Promise<Outcome> {
  // The pictures are read first, so that the measured time does not include the reading.
  if (experiment.needs.pictures) await pictures()
  const started = performance.now()
  const runs: (readonly number[])[] = []
  for (const seed of experiment.needs.seed ? seeds : seeds.slice(0, 1)) {
    signal.throwIfAborted()
    let last = { epoch: 0, done: 0 }
    let began = 0
    const progress: Laboratory['progress'] = (state, most) => {
      const now = performance.now()
      // The time in the status line counts from the start of the epoch. If `done` decreases but the epoch is the
      // same, the training of the next network has started.
      if (state.epoch !== last.epoch || state.done < last.done) began = now
      last = state
      const line = progressLine(state, most, (now - began) / 1000)
      status.show(`${experiment.name}, seed ${seed}: ${line}`)
    }
    runs.push(await experiment.run({ machine, seed, pictures, signal, progress, ...(epochs && { epochs }) }))
  }
  status.clear()
  const seconds = (performance.now() - started) / 1000
  return { experiment, values: experiment.figures.map((_, i) => runs.map((values) => values[i])), seconds }
}

function report(args: BookArguments, results: Outcomes): string {
  if (args.json) return json(results)
  if (!args.markdown) return comparison(results)
  const typed = ['dataset', 'seed', 'seeds', 'epochs', 'count', 'backend', 'threads'] as const
  const given = typed.flatMap((name) => (args[name] === undefined ? [] : [`--${name} ${args[name]}`]))
  return page(experiments, results, ['descent-nn book', ...args.operands, ...given, '--markdown'].join(' '))
}
