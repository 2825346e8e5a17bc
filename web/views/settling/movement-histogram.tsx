import { scaleLinear } from 'd3-scale'
import { histogramPath, powersOfHistograms, ticksOf } from '#src/drawing/movement'
import { numberText, powerText } from '#src/drawing/number-text'
import type { Histogram } from '#src/see/protocol'
import { ChartWithCursor } from '../../parts/chart-cursor.js'
import { formatShare } from '../../texts/numbers.js'
import { useTexts } from '../../texts/texts.js'

const height = 240
const edges = { left: 48, right: 12, top: 12, bottom: 44 }

/** How far the parameters moved in the last batch and over the last epoch: two histograms on one logarithmic axis. */
export function MovementHistogram({
  epoch,
  batch,
}: {
  readonly epoch: Histogram | undefined
  readonly batch: Histogram | undefined
}) {
  const { settling: texts, page } = useTexts()
  const shown = [epoch, batch].filter((histogram) => histogram !== undefined)
  const powers = powersOfHistograms(shown)
  if (!powers) return null
  const share = (histogram: Histogram, bin: number) => (histogram.counts[bin] ?? 0) / parametersOf(histogram)
  const shareText = (value: number) => formatShare(value, page.locale)
  const highest = Math.max(...shown.map((histogram) => Math.max(...histogram.counts) / parametersOf(histogram)))
  const { step } = shown[0]
  const bins = Math.round((powers.to - powers.from) / step)
  /** The first edge of the fullest bin. */
  const fullest = shown[0].from + step * shown[0].counts.indexOf(Math.max(...shown[0].counts))
  const edgeOf = (place: number) => powers.from + place * step
  /** The bin of a histogram at a place of the cursor. */
  const binOf = (histogram: Histogram, place: number) => Math.round((edgeOf(place) - histogram.from) / histogram.step)
  const textOf = (place: number) => {
    const range = texts.range(numberText(10 ** edgeOf(place)), numberText(10 ** edgeOf(place + 1)))
    const parts = [
      epoch && texts.inEpoch(shareText(share(epoch, binOf(epoch, place)))),
      batch && texts.inBatch(shareText(share(batch, binOf(batch, place)))),
    ]
    return `${range}: ${parts.filter(Boolean).join(', ')}`
  }
  return (
    <ChartWithCursor
      label={texts.histogramLabel}
      count={bins}
      initial={Math.round((fullest - powers.from) / step)}
      textOf={textOf}
      placeAt={(x, width) => {
        const inner = width - edges.left - edges.right
        return Math.floor(((x - edges.left) / inner) * bins)
      }}
    >
      {(width, place) => {
        const x = scaleLinear([powers.from, powers.to], [edges.left, width - edges.right])
        const y = scaleLinear([0, highest], [height - edges.bottom, edges.top])
        const heightIn = (histogram: Histogram) => (count: number) => y(count / parametersOf(histogram))
        return (
          <svg width={width} height={height} aria-hidden="true">
            {y.ticks(4).map((tick) => (
              <g key={tick}>
                <line class="chart-grid" x1={edges.left} x2={width - edges.right} y1={y(tick)} y2={y(tick)} />
                <text class="chart-tick is-left" x={edges.left - 6} y={y(tick) + 4}>
                  {formatShare(tick, page.locale, 0)}
                </text>
              </g>
            ))}
            {ticksOf(powers).map((power) => (
              <text key={power} class="chart-tick is-below" x={x(power)} y={height - edges.bottom + 18}>
                {`10${powerText(power)}`}
              </text>
            ))}
            <text class="chart-axis" x={(edges.left + width - edges.right) / 2} y={height - 6}>
              {texts.distanceAxis}
            </text>
            {epoch && <path class="movement-epoch" d={histogramPath(epoch, powers, x, heightIn(epoch))} />}
            {batch && <path class="movement-batch" d={histogramPath(batch, powers, x, heightIn(batch))} />}
            {place !== undefined && (
              <rect
                class="chart-cursor"
                x={x(edgeOf(place))}
                width={Math.max(2, x(edgeOf(place + 1)) - x(edgeOf(place)))}
                y={edges.top}
                height={height - edges.top - edges.bottom}
              />
            )}
          </svg>
        )
      }}
    </ChartWithCursor>
  )
}

/** The number of parameters that were looked at. */
function parametersOf({ counts, still }: Histogram): number {
  return counts.reduce((sum, count) => sum + count, still)
}
