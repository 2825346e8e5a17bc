import { formatNumber } from '../../drawing/format-number.js'
import { type ChartAxis, type LineChart, lineChart, type Series } from '../../drawing/line-chart.js'
import { element, type Markup } from '../../drawing/markup.js'
import type { PastEpoch } from '../../index.js'
import { count, percent } from '../parsing/format.js'
import { dataTable, section, wide } from './page.js'

/** The table of the numbers has at most this many rows, which are spread over all epochs. */
const mostRows = 100

/** Costs are drawn on a logarithmic axis if the highest is more than this many times the lowest. */
const wideRange = 20

const epochs: ChartAxis = { name: 'epoch', fromZero: false, exact: true, ticks: 'whole' }

/** Draws the cost and the accuracy of every epoch, or says that the network has no history. */
export function trainingCurves(history: readonly PastEpoch[]): Markup {
  if (history.length === 0) {
    return section(
      'Learning',
      'This model has no history: it was not trained by descent, or it was saved before its first epoch ended.',
    )
  }
  const costs = [
    curve('training, with penalties', history, ({ cost }) => cost),
    curve('validation', history, ({ validation }) => validation?.cost),
  ].flat()
  const accuracies = [
    curve('validation', history, ({ accuracy }) => accuracy, 1),
    curve('training', history, ({ training }) => training?.accuracy, 0),
  ].flat()
  const values = costs.flatMap(({ points }) => points.map(([, value]) => value))
  const lowest = Math.min(...values)
  const isWide = lowest > 0 && Math.max(...values) > wideRange * lowest
  const charts: LineChart[] = [
    {
      title: titleOf('Cost by epoch', costs),
      x: epochs,
      y: {
        name: isWide ? 'mean cost of a row (logarithmic)' : 'mean cost of a row',
        kind: isWide ? 'logarithmic' : 'linear',
      },
      series: costs,
    },
  ]
  if (accuracies.length > 0) {
    charts.push({
      title: titleOf('Accuracy by epoch, in percent', accuracies),
      x: epochs,
      y: { name: 'percent of the rows that are answered right', fromZero: false },
      series: accuracies.map((one) => ({ ...one, points: one.points.map(([x, y]) => [x, 100 * y] as const) })),
    })
  }
  return section(
    'Learning',
    `In each epoch the network saw all training rows once: the cost should fall${accuracies.length > 0 ? ', and the accuracy should rise' : ''}.`,
    ...charts.map((chart) => wide(chart.title, lineChart(chart), 'wide chart')),
    element('details', {}, element('summary', {}, 'The numbers of the curves'), numbers(history)),
  )
}

/** Without a legend, the title says what a single line is. */
const titleOf = (title: string, series: readonly Series[]): string =>
  series.length === 1 ? `${title} (${series[0].name})` : title

/** Returns the curve of a measure, or no curve if no epoch has it. */
function curve(
  name: string,
  history: readonly PastEpoch[],
  measure: (epoch: PastEpoch) => number | undefined,
  color = name === 'validation' ? 1 : 0,
): Series[] {
  const points = history.flatMap((epoch) => {
    const value = measure(epoch)
    return value === undefined ? [] : [[epoch.number, value] as const]
  })
  return points.length === 0 ? [] : [{ name, points, color }]
}

function numbers(history: readonly PastEpoch[]): Markup {
  const step = Math.ceil(history.length / mostRows)
  const shown = history.filter((_, i) => i % step === 0 || i === history.length - 1)
  const rows = shown.map(({ number, cost, learningRate, accuracy, validation }) => [
    count(number),
    formatNumber(cost),
    validation?.cost === undefined ? '-' : formatNumber(validation.cost),
    accuracy === undefined ? '-' : percent(accuracy),
    formatNumber(learningRate),
  ])
  const caption = step === 1 ? 'All epochs' : `One of every ${count(step)} epochs, and the last`
  return dataTable(caption, ['epoch', 'cost', 'validation cost', 'accuracy', 'learning rate'], rows)
}
