import { scaleLinear } from 'd3-scale'
import { bandPath, type Powers, quantileCount, ticksOf } from '#src/drawing/movement'
import { numberText, powerText } from '#src/drawing/number-text'
import { ChartWithCursor } from '../../parts/chart-cursor.js'
import { useTexts } from '../../texts/texts.js'

const height = 240
const edges = { left: 48, right: 12, top: 12, bottom: 44 }

/**
 * How far the parameters moved over each epoch: the median as a line, and two bands with half and with nine tenths of
 * the parameters. All charts of the view have the same axes, so that runs can be compared.
 */
export function MovementBands({
  title,
  label,
  quantiles,
  powers,
  epochs,
}: {
  readonly title: string
  readonly label: string
  readonly quantiles: Float64Array
  readonly powers: Powers
  /** The number of epochs on the axis. */
  readonly epochs: number
}) {
  const texts = useTexts().settling
  const learned = quantiles.length / quantileCount
  const textOf = (epoch: number) => {
    const [p5, p25, p50, p75, p95] = Array.from(quantiles.subarray(epoch * quantileCount), (value) => numberText(value))
    return texts.bandsAt(epoch + 1, p50, p25, p75, p5, p95)
  }
  return (
    <figure class="movement-bands">
      <figcaption>{title}</figcaption>
      <ChartWithCursor
        label={label}
        count={learned}
        initial={learned - 1}
        textOf={textOf}
        placeAt={(x, width) => {
          const inner = width - edges.left - edges.right
          return Math.round(((x - edges.left) / inner) * Math.max(1, epochs - 1))
        }}
      >
        {(width, place) => {
          const x = scaleLinear([0, Math.max(1, epochs - 1)], [edges.left, width - edges.right])
          const power = scaleLinear([powers.from, powers.to], [height - edges.bottom, edges.top])
          // A distance of 0 has no logarithm: it lies on the lower edge.
          const y = (distance: number) => power(distance > 0 ? Math.log10(distance) : powers.from)
          return (
            <svg width={width} height={height} aria-hidden="true">
              {ticksOf(powers).map((tick) => (
                <g key={tick}>
                  <line class="chart-grid" x1={edges.left} x2={width - edges.right} y1={power(tick)} y2={power(tick)} />
                  <text class="chart-tick is-left" x={edges.left - 6} y={power(tick) + 4}>
                    {`10${powerText(tick)}`}
                  </text>
                </g>
              ))}
              {x
                .ticks(Math.min(epochs, width > 480 ? 10 : 5))
                .filter(Number.isInteger)
                .map((epoch) => (
                  <text key={epoch} class="chart-tick is-below" x={x(epoch)} y={height - edges.bottom + 18}>
                    {epoch + 1}
                  </text>
                ))}
              <text class="chart-axis" x={(edges.left + width - edges.right) / 2} y={height - 6}>
                {texts.epochAxis}
              </text>
              <path class="movement-most" d={bandPath(quantiles, 0, 4, x, y)} />
              <path class="movement-half" d={bandPath(quantiles, 1, 3, x, y)} />
              <path class="movement-median" d={bandPath(quantiles, 2, 2, x, y)} />
              {Array.from({ length: learned }, (_, epoch) => (
                <circle
                  key={epoch}
                  class="movement-dot"
                  cx={x(epoch)}
                  cy={y(quantiles[epoch * quantileCount + 2])}
                  r={2.5}
                />
              ))}
              {place !== undefined && (
                <line class="chart-cursor" x1={x(place)} x2={x(place)} y1={edges.top} y2={height - edges.bottom} />
              )}
            </svg>
          )
        }}
      </ChartWithCursor>
    </figure>
  )
}
