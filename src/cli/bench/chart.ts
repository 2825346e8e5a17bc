import { lineChartParts, type Series } from '../../drawing/line-chart.js'
import { svgFile } from '../../drawing/svg.js'
import type { Result } from './result.js'
import { type BackendName, backendNames } from './subject.js'

/** The dashes of the lines of each backend. The lines of the native backend are solid. */
const dashes: Readonly<Record<BackendName, string | undefined>> = {
  native: undefined,
  wasm: '2 3',
  typescript: '8 5',
}

/**
 * Draws training speed against batch size as an SVG chart. Both scales are logarithmic. The caption has at most two
 * lines.
 */
export function chart(results: readonly Result[], caption: readonly string[]): string {
  const series = seriesOf(results.filter(({ work }) => work === 'training'))
  const batches = new Set(series.flatMap(({ points }) => points.map(([batch]) => batch)))
  const { size, content } = lineChartParts({
    title: 'Training: examples a second',
    caption,
    x: { name: 'batch size', kind: 'logarithmic', exact: true, ticks: [...batches].toSorted((a, b) => a - b) },
    y: { name: 'examples a second', kind: 'logarithmic' },
    series,
    width: 920,
    plotHeight: 370,
  })
  return svgFile(size, 'Training: examples a second against the batch size', content)
}

/** Returns the lines of the chart: one for each network and each backend that was measured. */
function seriesOf(results: readonly Result[]): Series[] {
  return [...new Set(results.map(({ network }) => network))].flatMap((network, color) =>
    backendNames.flatMap((backend) => {
      const points = results
        .filter((result) => result.network === network)
        .flatMap((result) => {
          const speed = result.speeds[backend]
          return speed === undefined ? [] : [[result.batch, speed] as const]
        })
      return points.length === 0 ? [] : [{ name: `${network}, ${backend}`, color, dashes: dashes[backend], points }]
    }),
  )
}
