import { line } from 'd3-shape'
import { useMemo, useState } from 'preact/hooks'
import { shortNumberText } from '#src/drawing/number-text'
import { Choice } from '../../charts/choice.js'
import { Handle } from '../../charts/handle.js'
import { Legend } from '../../charts/legend.js'
import { Plot, plotFrame } from '../../charts/plot.js'
import { Slider } from '../../charts/slider.js'
import { useWidth } from '../../charts/use-width.js'
import { useTexts } from '../../texts/texts.js'
import { costsAlong, type Place, slopes } from './landscape.js'
import { PlayButtons } from './play-buttons.js'
import { rollOf } from './roll.js'
import { StepTable } from './step-table.js'
import { useBalls } from './use-balls.js'

/** Learning rates for the parabola: its slope grows by 1 from one weight to the next, so 1 reaches the bottom at once. */
const rates = { crawl: 0.05, settle: 0.4, overshoot: 1.85, diverge: 2.1 } as const

/** A slope with a ball: the cost of a network with one weight, and how gradient descent moves the weight. */
export function Slope() {
  const texts = useTexts().downhill
  const [name, setName] = useState<keyof typeof slopes>('parabola')
  const [rate, setRate] = useState<number>(rates.settle)
  const [start, setStart] = useState(slopes.parabola.start)
  const landscape = slopes[name]
  const curve = useMemo(() => costsAlong(landscape, 161), [landscape])
  const balls = useBalls(landscape, start, [{ learningRate: rate }])
  const [{ trail }] = balls.balls
  const place = trail[trail.length - 1]
  const [box, width] = useWidth<HTMLDivElement>()
  const highest = Math.max(...curve.map(({ cost }) => cost))
  const frame = plotFrame(width, Math.min(380, Math.max(250, width * 0.55)), landscape.ranges[0], [
    -0.06 * highest,
    1.05 * highest,
  ])
  const { x, y } = frame
  const path = line<Place>(
    ({ weights }) => x.position(weights[0]),
    ({ cost }) => y.position(cost),
  )
  const roll = rollOf(trail)
  return (
    <section>
      <h2>{texts.slope}</h2>
      <p>{texts.slopeSentence}</p>
      <div class="downhill-columns">
        <div ref={box}>
          <Plot
            frame={frame}
            label={texts.slopeLabel}
            xLabel={texts.weight}
            yLabel={texts.cost}
            above={
              <Handle
                frame={frame}
                label={texts.ball}
                text={texts.ballAt(place.weights[0], place.cost)}
                weights={place.weights}
                stride={0.1}
                left={x.position(clamp(place.weights[0], landscape.ranges[0]))}
                top={y.position(Math.min(place.cost, 1.05 * highest))}
                onMove={(weights) => {
                  balls.pause()
                  setStart(weights)
                }}
              >
                <circle class="downhill-ball" r="8" />
              </Handle>
            }
          >
            <path class="downhill-curve" d={path(curve) ?? ''} />
            <path class="downhill-trail" d={path(trail) ?? ''} />
            {trail.slice(0, -1).map(({ weights, cost }, i) => (
              <circle key={i} class="downhill-past" cx={x.position(weights[0])} cy={y.position(cost)} r="3" />
            ))}
            <Tangent place={place} frame={frame} />
            <Arrow
              from={[x.position(place.weights[0]), y.position(place.cost)]}
              to={[x.position(place.weights[0] - rate * place.gradient[0]), y.position(place.cost)]}
            />
          </Plot>
          <Legend
            marks={[
              [<path key="curve" class="downhill-curve" d="M0,2C8,16 20,16 28,2" />, texts.costCurve],
              [<circle key="ball" class="downhill-ball" cx="14" cy="8" r="7" />, texts.ballMark],
              [<path key="tangent" class="downhill-tangent" d="M2,2L26,14" />, texts.tangentMark],
              [<Arrow key="arrow" from={[1, 8]} to={[27, 8]} />, texts.arrowMark],
              [
                <g key="trail">
                  <path class="downhill-trail" d="M3,3L25,13" />
                  <circle class="downhill-past" cx="3" cy="3" r="3" />
                  <circle class="downhill-past" cx="25" cy="13" r="3" />
                </g>,
                texts.trailMark,
              ],
            ]}
          />
        </div>
        <div>
          <Slider label={texts.rate} value={rate} min={-2} max={1} step={0.01} logarithmic onChange={setRate} />
          {name === 'parabola' && (
            <p class="buttons">
              {Object.entries(rates).map(([which, value]) => (
                <button
                  key={which}
                  type="button"
                  aria-pressed={rate === value}
                  onClick={() => {
                    setRate(value)
                    balls.reset()
                    balls.play()
                  }}
                >
                  {texts.rates[which as keyof typeof rates]}
                </button>
              ))}
            </p>
          )}
          <PlayButtons balls={balls} />
          <Choice
            label={texts.neuron}
            value={name}
            options={[
              ['parabola', texts.parabola],
              ['plateau', texts.plateau],
            ]}
            onChange={(next) => {
              balls.pause()
              setName(next)
              setStart(slopes[next].start)
            }}
          />
          <p class="downhill-numbers">{texts.slopeNumbers(balls.steps, place, rate)}</p>
          <p aria-live={balls.isPlaying ? 'off' : 'polite'}>
            <strong>{texts.rolls[balls.balls[0].hasDiverged() ? 'diverges' : roll]}</strong>
          </p>
        </div>
      </div>
      <StepTable
        columns={[texts.weight, texts.cost, texts.slopeColumn]}
        rows={trail.map(({ weights, cost, gradient }) => [weights[0], cost, gradient[0]].map(shortNumberText))}
      />
    </section>
  )
}

function clamp(value: number, [from, to]: readonly [number, number]): number {
  return Math.min(Math.max(value, from), to)
}

/** A short piece of the straight line with the slope of the cost. */
function Tangent({ place, frame: { x, y } }: { readonly place: Place; readonly frame: ReturnType<typeof plotFrame> }) {
  const [weight] = place.weights
  const [slope] = place.gradient
  const [dx, dy] = [
    x.position(weight + 1) - x.position(weight),
    y.position(place.cost + slope) - y.position(place.cost),
  ]
  const share = 55 / Math.hypot(dx, dy)
  const [left, top] = [x.position(weight), y.position(place.cost)]
  return (
    <line
      class="downhill-tangent"
      x1={left - share * dx}
      y1={top - share * dy}
      x2={left + share * dx}
      y2={top + share * dy}
    />
  )
}

interface ArrowProps {
  readonly from: readonly [number, number]
  readonly to: readonly [number, number]
}

/** An arrow. If it is too short for a head, it is not drawn. */
function Arrow({ from, to }: ArrowProps) {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]]
  const length = Math.hypot(dx, dy)
  if (!(length > 2)) return null
  const head = Math.min(8, length)
  const [ux, uy] = [dx / length, dy / length]
  const [baseX, baseY] = [to[0] - head * ux, to[1] - head * uy]
  const side = head / 2
  return (
    <g class="downhill-arrow">
      <line x1={from[0]} y1={from[1]} x2={baseX} y2={baseY} />
      <path
        d={`M${to[0]},${to[1]}L${baseX - side * uy},${baseY + side * ux}L${baseX + side * uy},${baseY - side * ux}Z`}
      />
    </g>
  )
}
