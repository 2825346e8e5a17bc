import { lineChartParts } from '../../drawing/line-chart.js'
import { svgFile } from '../../drawing/svg.js'
import { conditions, type Outcome, type Outcomes } from './outcome.js'
import { labelings, shownEpochs } from './settling.js'

const title = 'How far the median parameter moves in an epoch'

/** Draws the values of the experiment settling as an SVG file: the mean over the seeds, in each of the shown epochs. */
export function settlingChart({ values }: Outcome, results: Omit<Outcomes, 'outcomes'>): string {
  const means = values.map((ofSeeds) => ofSeeds.reduce((sum, value) => sum + value, 0) / ofSeeds.length)
  const { size, content } = lineChartParts({
    title,
    caption: ['784-15-10 sigmoid neurons, 30,000 pictures, batches of 10, rate 3', conditions(results)],
    x: { name: 'epoch (logarithmic)', kind: 'logarithmic', exact: true, ticks: shownEpochs },
    y: { name: 'median movement (logarithmic)', kind: 'logarithmic' },
    series: labelings.map((name, i) => ({
      name,
      points: shownEpochs.map((epoch, j) => [epoch, means[i * shownEpochs.length + j]] as const),
    })),
  })
  return svgFile(size, title, content)
}
