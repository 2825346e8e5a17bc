import type { Dataset, Epoch, Network, Progress, Split, TrainOptions } from '../index.js'
import { printConfusion } from './confusion.js'
import type { Source } from './data-options.js'
import { columns, count, duration, percent, score } from './format.js'
import { invocation, shellWord } from './invocation.js'
import { backendOf, sizesOf } from './network-options.js'
import { arePictures, drawPictures } from './pictures.js'

/** What is shown while there is nothing to learn from yet. */
export function waitingLine({ doing, name }: Source, seconds: number): string {
  return `${doing} ${name} ... ${seconds.toFixed(1)} s`
}

interface Opening {
  readonly source: Source
  readonly data: Split
  /** The time it took to have the data. */
  readonly seconds: number
  readonly network: Network
  readonly settings: Required<Pick<TrainOptions, 'epochs' | 'batchSize' | 'learningRate' | 'l2'>>
}

/** What will be done. */
export function opening({ source, data: { training, test }, seconds, network, settings }: Opening): string {
  const { epochs, batchSize, learningRate, l2 } = settings
  const plan = [
    `${epochs} epochs`,
    `batches of ${batchSize}`,
    `learning rate ${learningRate}`,
    ...(l2 ? [`l2 ${l2}`] : []),
  ]
  return [
    columns([
      [
        'data',
        `${source.name}, ${count(training.size)} to learn from and ${count(test.size)} for the test, ${source.done} in ${duration(seconds)}`,
      ],
      ['network', `${sizesOf(network)}, ${network.description.cost} cost, ${network.dtype}`],
      ['training', plan.join(', ')],
      ['backend', `${backendOf(network)}: ${network.backend.reason}`],
    ]),
    '',
  ].join('\n')
}

const barLength = 20

/** How far an epoch is, that began so many seconds ago. */
export function progressLine({ epoch, done, size }: Progress, epochs: number, seconds: number): string {
  const full = Math.floor((barLength * done) / size)
  const bar = '█'.repeat(full) + '░'.repeat(barLength - full)
  const share = `${Math.floor((100 * done) / size)}%`.padStart(4)
  const speed = seconds > 0 ? `  ${count(done / seconds)} examples/s` : ''
  return `epoch ${String(epoch).padStart(String(epochs).length)} of ${epochs}  ${bar} ${share}${speed}`
}

/** What came of an epoch. */
export function epochLine({ number, cost, validation, seconds }: Epoch, epochs: number): string {
  const name = `epoch ${String(number).padStart(String(epochs).length)} of ${epochs}`
  return [name, ...(validation ? [score(validation)] : []), `cost ${cost.toPrecision(4)}`, duration(seconds)].join(
    '   ',
  )
}

interface Closing {
  readonly source: Source
  readonly data: Split
  readonly network: Network
  readonly history: readonly Epoch[]
  /** The file that has the network. */
  readonly output: string
  /** The folder of the data, where the user named one. */
  readonly folder: string | undefined
}

/** What came of it all, and what to try next. */
export async function closing(run: Closing): Promise<string> {
  const { data, network, history, output } = run
  const last = history[history.length - 1]
  const best = history.reduce((a, b) => ((b.accuracy ?? 0) > (a.accuracy ?? 0) ? b : a))
  const seconds = history.reduce((sum, epoch) => sum + epoch.seconds, 0)
  const speed = (data.training.size * history.length) / seconds
  const confusion = last.validation?.confusion
  const accuracy =
    best === last
      ? `${percent(last.accuracy ?? 0)} at the end, the best of all epochs`
      : `${percent(last.accuracy ?? 0)} at the end; the best was ${percent(best.accuracy ?? 0)}, after epoch ${best.number}`
  return [
    ...(confusion ? ['', printConfusion(confusion)] : []),
    ...(process.stdout.isTTY && arePictures(data.test)
      ? ['', 'some of the test, and its answers:', await sampleAnswers(network, data.test)]
      : []),
    '',
    columns([
      ['accuracy', accuracy],
      ['time', `${duration(seconds)} of learning, ${count(speed)} examples a second`],
      ['backend', `${backendOf(network)}: ${network.backend.reason}`],
      ['saved in', output],
    ]),
    '',
    'Try next:',
    nextSteps(run),
  ].join('\n')
}

/** Rows among which samples are looked for. */
const looked = 2000

/** A few pictures that the network reads, and a few that it misreads. */
async function sampleAnswers(network: Network, test: Dataset): Promise<string> {
  const { labels } = test
  const answers = await network.classify(test.slice(0, Math.min(looked, test.size)))
  const samples = Array.from(answers, (answer, row) => ({ row, answer, label: labels?.[row] ?? answer }))
  const right = samples.filter(({ answer, label }) => answer === label).slice(0, 3)
  const wrong = samples.filter(({ answer, label }) => answer !== label).slice(0, 5 - right.length)
  return drawPictures(test, [
    ...right.map(({ row, answer }) => ({ row, caption: String(answer) })),
    ...wrong.map(({ row, answer, label }) => ({ row, caption: `${answer}? no, ${label}` })),
  ])
}

/** The network of chapter 3 in Nielsen's book. */
const better = '--hidden 100 --cost cross-entropy --initializer scaled-normal'

/** Commands that can be typed as they stand here. */
function nextSteps({ source: { name }, network: { description }, output, folder }: Closing): string {
  const program = invocation()
  const model = shellWord(output)
  const known: Record<string, { data: string; test: string; why: string }> = {
    digits: { data: '', test: ' --dataset mnist', why: "how the same network reads people's handwriting" },
    mnist: { data: ' --dataset mnist', test: '', why: 'how the same network reads drawn digits' },
  }
  const own = ` --data ${shellWord(folder ?? '')}`
  const { data, test, why } = folder === undefined ? known[name] : { data: own, test: own, why: 'the same test again' }
  const steps = [
    [why, `evaluate ${model}${test}`],
    ...(description.cost === 'quadratic' ? [['learns better; why?', `train${data} ${better}`]] : []),
    ['what a step of training really does', `explain ${model}`],
  ]
  return steps.map(([comment, command]) => `  # ${comment}\n  ${program} ${command}`).join('\n')
}
