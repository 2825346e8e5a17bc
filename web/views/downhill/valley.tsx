import { line } from 'd3-shape'
import { useMemo, useState } from 'preact/hooks'
import type { UpdateOptions } from '#src/browser'
import { shortNumberText } from '#src/drawing/number-text'
import { Choice } from '../../charts/choice.js'
import { ContourLegend, ContourMap, costContours } from '../../charts/contour-map.js'
import { Handle } from '../../charts/handle.js'
import { Legend } from '../../charts/legend.js'
import { Plot, plotFrame } from '../../charts/plot.js'
import { Slider } from '../../charts/slider.js'
import { useWidth } from '../../charts/use-width.js'
import { useTexts } from '../../texts/texts.js'
import { costsOver, type Place, valleys } from './landscape.js'
import { PlayButtons } from './play-buttons.js'
import { StepTable } from './step-table.js'
import { useBalls } from './use-balls.js'

const runners = ['descent', 'momentum', 'adam'] as const
type Runner = (typeof runners)[number]

/** A valley over two weights, and three optimizers that start at the same place. */
export function Valley() {
  const texts = useTexts().downhill
  const [name, setName] = useState<keyof typeof valleys>('valley')
  const [start, setStart] = useState(valleys.valley.start)
  const [rate, setRate] = useState(0.9)
  const [momentum, setMomentum] = useState(0.5)
  const [adamRate, setAdamRate] = useState(0.1)
  const [hidden, setHidden] = useState<readonly Runner[]>([])
  const landscape = valleys[name]
  const grid = useMemo(() => costsOver(landscape, 61), [landscape])
  const options: Record<Runner, UpdateOptions> = {
    descent: { learningRate: rate },
    momentum: { learningRate: rate, optimizer: { name: 'sgd', momentum } },
    adam: { learningRate: adamRate, optimizer: 'adam' },
  }
  const balls = useBalls(
    landscape,
    start,
    runners.map((runner) => options[runner]),
  )
  const [box, width] = useWidth<HTMLDivElement>()
  const size = Math.min(width, 520)
  const frame = useMemo(() => plotFrame(size, size, landscape.ranges[0], landscape.ranges[1]), [size, landscape])
  const contours = useMemo(() => costContours(grid, frame), [grid, frame])
  const { x, y } = frame
  const path = line<Place>(
    ({ weights }) => x.position(weights[0]),
    ({ weights }) => y.position(weights[1]),
  )
  const shown = runners
    .map((runner, i) => ({ runner, ball: balls.balls[i] }))
    .filter(({ runner }) => !hidden.includes(runner))
  const [{ trail: first }] = balls.balls
  return (
    <section>
      <h2>{texts.valley}</h2>
      <p>{texts.valleySentence}</p>
      <div class="downhill-columns">
        <div ref={box} class="downhill-square">
          <Plot
            frame={frame}
            label={texts.valleyLabel}
            xLabel={texts.weightNumber(1)}
            yLabel={texts.weightNumber(2)}
            above={
              <Handle
                frame={frame}
                label={texts.startMark}
                text={texts.startAt(start[0], start[1], first[0].cost)}
                weights={start}
                stride={0.1}
                left={x.position(start[0])}
                top={y.position(start[1])}
                onMove={(weights) => {
                  balls.pause()
                  setStart(weights)
                }}
              >
                <circle class="downhill-start" r="9" />
              </Handle>
            }
          >
            <ContourMap contours={contours} />
            {shown.map(({ runner, ball: { trail } }) => (
              <g key={runner} class={`downhill-runner ${runner}`}>
                <path class="downhill-path" d={path(trail) ?? ''} />
                {trail.map(({ weights }, i) => (
                  <circle
                    key={i}
                    class="downhill-dot"
                    cx={x.position(weights[0])}
                    cy={y.position(weights[1])}
                    r="1.75"
                  />
                ))}
              </g>
            ))}
            {shown.map(({ runner, ball: { trail } }) => {
              const [w1, w2] = trail[trail.length - 1].weights
              return (
                <g
                  key={runner}
                  class={`downhill-runner ${runner}`}
                  style={{ transform: `translate(${x.position(w1)}px, ${y.position(w2)}px)` }}
                >
                  <RunnerMark runner={runner} />
                </g>
              )
            })}
          </Plot>
          <Legend
            marks={[
              ...runners.map(
                (runner) =>
                  [
                    <g key={runner} class={`downhill-runner ${runner}`}>
                      <path class="downhill-path" d="M0,8H28" />
                      <g transform="translate(14 8)">
                        <RunnerMark runner={runner} />
                      </g>
                    </g>,
                    texts.runners[runner],
                  ] as const,
              ),
              [<circle key="start" class="downhill-start" cx="14" cy="8" r="7" />, texts.startMark],
            ]}
          />
          <ContourLegend contours={contours} label={texts.cost} />
        </div>
        <div>
          <PlayButtons balls={balls} />
          <Slider label={texts.rate} value={rate} min={-2} max={0.3} step={0.01} logarithmic onChange={setRate} />
          <Slider label={texts.momentum} value={momentum} min={0} max={0.98} step={0.01} onChange={setMomentum} />
          <Slider
            label={texts.adamRate}
            value={adamRate}
            min={-2}
            max={0.3}
            step={0.01}
            logarithmic
            onChange={setAdamRate}
          />
          <Choice
            label={texts.landscape}
            value={name}
            options={[
              ['valley', texts.longValley],
              ['twoValleys', texts.twoValleys],
            ]}
            onChange={(next) => {
              balls.pause()
              setName(next)
              setStart(valleys[next].start)
            }}
          />
          <table class="downhill-runners">
            <thead>
              <tr>
                <th scope="col">{texts.shown}</th>
                <th scope="col">{texts.stepColumn}</th>
                <th scope="col">{texts.cost}</th>
              </tr>
            </thead>
            <tbody>
              {runners.map((runner, i) => {
                const { trail, hasDiverged } = balls.balls[i]
                return (
                  <tr key={runner}>
                    <th scope="row">
                      <label>
                        <input
                          type="checkbox"
                          checked={!hidden.includes(runner)}
                          onChange={({ currentTarget }) =>
                            setHidden(
                              currentTarget.checked ? hidden.filter((other) => other !== runner) : [...hidden, runner],
                            )
                          }
                        />
                        {texts.runners[runner]}
                      </label>
                    </th>
                    <td>{trail.length - 1}</td>
                    <td>{hasDiverged() ? texts.rolls.diverges : shortNumberText(trail[trail.length - 1].cost)}</td>
                  </tr>
                )
              })}
            </tbody>
          </table>
          <p aria-live="polite">{balls.isOver && balls.steps > 0 && texts.raceOver(balls.balls.map(lastStep))}</p>
        </div>
      </div>
      <StepTable
        columns={runners.flatMap((runner) => texts.runnerColumns(texts.runners[runner]))}
        rows={Array.from({ length: balls.steps + 1 }, (_, step) =>
          balls.balls.flatMap(({ trail }) => {
            const place = trail[step]
            return place
              ? [`(${place.weights.map(shortNumberText).join(', ')})`, shortNumberText(place.cost)]
              : ['', '']
          }),
        )}
      />
    </section>
  )
}

/** The number of steps of a ball, and its cost in the end. */
function lastStep({ trail }: { readonly trail: readonly Place[] }): { steps: number; cost: number } {
  return { steps: trail.length - 1, cost: trail[trail.length - 1].cost }
}

/** Each runner has a shape of its own, so that no color has to be known. */
function RunnerMark({ runner }: { readonly runner: Runner }) {
  if (runner === 'descent') return <circle class="downhill-mark" r="6" />
  if (runner === 'momentum') return <rect class="downhill-mark" x="-5.5" y="-5.5" width="11" height="11" />
  return <path class="downhill-mark" d="M0,-7L6.5,5H-6.5Z" />
}
