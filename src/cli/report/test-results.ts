import { confusionTable, mistakeCounts } from '../../drawing/confusion-table.js'
import { formatNumber } from '../../drawing/format-number.js'
import { element, type Markup } from '../../drawing/markup.js'
import { scatterPlot } from '../../drawing/scatter-plot.js'
import { pictureSide } from '../../drawing/weight-picture.js'
import { type Dataset, type Evaluation, type MetricName, type Network, selectRows } from '../../index.js'
import { classNames } from '../input/labels.js'
import { count, percent, score } from '../parsing/format.js'
import { type Mistake, worstMistakes } from './mistakes.js'
import { dataTable, section, wide } from './page.js'
import { inputImage } from './pictures.js'

/** A confusion table has at most this many classes. With more, the most frequent mistakes are listed. */
const mostClasses = 20
const mostKinds = 20
const mostMistakes = 24
/** A row of a table is shown with at most this many inputs. */
const mostInputs = 8
/** At most this many rows are points, and this many outputs have a plot. */
const mostPoints = 1000
const mostPlots = 6

/** Shows how the network answers the rows of a test: with labels, with yes-or-no targets, or with numbers as targets. */
export async function testResults(network: Network, test: Dataset, name: string): Promise<Markup[]> {
  if (test.labels) return labelResults(network, test, name)
  const isBinary = test.targets?.every((target) => target === 0 || target === 1) ?? false
  const metrics: MetricName[] = isBinary
    ? ['exact-match', 'hamming', 'precision', 'recall', 'f1']
    : ['mse', 'mae', 'r2']
  const evaluation = await network.evaluate(test, { metrics })
  const sentence = isBinary
    ? 'Each target is yes or no, and an output counts as yes from 0.5 up.'
    : 'The closer r2 is to 1, the more of the differences between the rows the network explains.'
  const results = section(`The test: ${name}`, sentence, metricsTable(evaluation))
  return isBinary ? [results] : [results, await predictions(network, test)]
}

async function labelResults(network: Network, test: Dataset, name: string): Promise<Markup[]> {
  const names = classNames(network)
  const tops: MetricName[] = names.length > 3 ? ['top-3'] : []
  const metrics: MetricName[] = [...tops, 'precision', 'recall', 'f1']
  const evaluation = await network.evaluate(test, { metrics })
  const { confusion } = evaluation
  const results = section(`The test: ${name}`, `The network answered ${score(evaluation)}.`, metricsTable(evaluation))
  const mistakes = await worstMistakes(network, test, mostMistakes)
  return [
    results,
    ...(confusion ? [confusionSection(confusion, names)] : []),
    mistakesSection(network, test, mistakes, names),
  ]
}

function metricsTable({ accuracy, cost, metrics, rows }: Evaluation): Markup {
  return dataTable(
    'Measures',
    ['measure', 'value'],
    [
      ['rows', count(rows)],
      ['cost', formatNumber(cost)],
      ...(accuracy === undefined ? [] : [['accuracy', percent(accuracy)]]),
      ...Object.entries(metrics).map(([name, value]) => [name, formatNumber(value)]),
    ],
  )
}

function confusionSection(confusion: readonly (readonly number[])[], names: readonly string[]): Markup {
  if (names.length <= mostClasses) {
    return section(
      'What is confused with what',
      'Right answers are on the diagonal, in blue. The stronger the orange, the more frequent the mistake.',
      wide('Confusion table', confusionTable(confusion, names)),
    )
  }
  const kinds = mistakeCounts(confusion).slice(0, mostKinds)
  if (kinds.length === 0) return section('What is confused with what', 'There is no mistake.')
  return section(
    'What is confused with what',
    `There are ${count(names.length)} classes. These are the most frequent mistakes.`,
    dataTable(
      'Mistakes',
      ['is', 'answered', 'times'],
      kinds.map(({ label, answer, count: times }) => [names[label], names[answer], count(times)]),
    ),
  )
}

function mistakesSection(
  network: Network,
  test: Dataset,
  mistakes: readonly Mistake[],
  names: readonly string[],
): Markup {
  if (mistakes.length === 0) return section('Worst mistakes', 'Every row of the test is answered right.')
  const sentence = 'These wrong answers are the surest: the network gave them its highest outputs.'
  const side = pictureSide(test.width, test.inputNames ?? network.inputNames, test.inputs)
  if (side === undefined) return section('Worst mistakes', sentence, mistakesTable(test, mistakes, names))
  const rows = mistakes.map(({ row }) => inputsOf(test, row))
  const range = rangeOf(rows)
  const pictures = mistakes.map(({ row, label, answer, sureness }, i) =>
    inputImage(rows[i], side, range, {
      caption: `${names[label]} read as ${names[answer]}, ${sureness.toFixed(2)}`,
      alt: `Row ${count(row)} of the test, which is ${names[label]}`,
    }),
  )
  return section(
    'Worst mistakes',
    `${sentence} Below each picture are its class, the answer, and the output.`,
    element('div', { class: 'pictures' }, ...pictures),
  )
}

function mistakesTable(test: Dataset, mistakes: readonly Mistake[], names: readonly string[]): Markup {
  const shown = Math.min(test.width, mostInputs)
  const inputs = Array.from({ length: shown }, (_, i) => test.inputNames?.[i] ?? `input ${i}`)
  const caption =
    shown < test.width ? `The first ${shown} of ${count(test.width)} inputs are shown.` : 'With the inputs of each row'
  const rows = mistakes.map(({ row, label, answer, sureness }) => [
    count(row),
    names[label],
    names[answer],
    sureness.toFixed(2),
    ...[...inputsOf(test, row).slice(0, shown)].map(formatNumber),
  ])
  return dataTable(caption, ['row', 'is', 'answered', 'output', ...inputs], rows)
}

const inputsOf = ({ inputs, width, scale }: Dataset, row: number): Float64Array =>
  Float64Array.from(inputs.subarray(row * width, (row + 1) * width), (value) => value * scale)

/** Returns the numbers that are black and white: 0 and 1, or the lowest and the highest input if one is beyond them. */
function rangeOf(rows: readonly Float64Array[]): { low: number; high: number } {
  let [low, high] = [0, 1]
  for (const row of rows) {
    for (const value of row) {
      low = Math.min(low, value)
      high = Math.max(high, value)
    }
  }
  return { low, high }
}

/** Draws the outputs against the targets. Of many rows, some are drawn, which are spread evenly over the dataset. */
async function predictions(network: Network, test: Dataset): Promise<Markup> {
  const { rows, targets, targetWidth } = test
  const step = Math.ceil(rows / mostPoints)
  const plotted = Array.from({ length: Math.ceil(rows / step) }, (_, i) => i * step)
  const outputs = await network.predict(selectRows(test, plotted))
  const plots = Array.from({ length: Math.min(targetWidth, mostPlots) }, (_, output) =>
    scatterPlot({
      title: targetWidth === 1 ? 'Predicted against true' : `Predicted against true, output ${output}`,
      x: 'true',
      y: 'predicted',
      points: plotted.map(
        (row, i) => [targets?.[row * targetWidth + output] ?? Number.NaN, outputs[i * targetWidth + output]] as const,
      ),
    }),
  )
  const some = step === 1 ? '' : ` ${count(plotted.length)} of ${count(rows)} rows are drawn.`
  const first =
    plots.length < targetWidth ? ` The first ${plots.length} of ${count(targetWidth)} outputs are drawn.` : ''
  return section(
    'Predicted against true',
    `Each point is a row. On the dashed line, the network says exactly what is true.${some}${first}`,
    element('div', { class: 'plots' }, ...plots),
  )
}
