import { line } from 'd3-shape'
import { useState } from 'preact/hooks'
import { shortNumberText } from '#src/drawing/number-text'
import type { CurvePoint } from '#src/see/protocol'
import { Choice } from '../../charts/choice.js'
import { Legend } from '../../charts/legend.js'
import { Plot, plotFrame } from '../../charts/plot.js'
import { Slider } from '../../charts/slider.js'
import { ChartWithCursor } from '../../parts/chart-cursor.js'
import { useTexts } from '../../texts/texts.js'
import { numberColors } from '../../theme.js'
import type { ViewProps } from '../../view.js'
import { activationNames, type Setup, type Sight } from './experiment.js'
import { NetworkPicture, type NeuronPlace } from './network-picture.js'
import { NeuronEditor } from './neuron-editor.js'
import { OwnPoints } from './own-points.js'
import { PlanePicture, PointMark, type Tool } from './plane-picture.js'
import { drawPreset, type Point, type Points, type PresetName, presetNames } from './presets.js'
import { type Pace, paces, useExperiment } from './use-experiment.js'
import './plane.css'

const maxLayers = 4
const maxNeurons = 8
/** The name of points from a table, among the names of the presets. */
const own = 'own'

/** A network with two inputs: the points that it learns, what it answers everywhere, and what each neuron sees. */
export function PlaneView({ palette, theme }: ViewProps) {
  const colors = numberColors(palette, theme)
  const texts = useTexts().plane
  const [setup, setSetup] = useState<Setup>({ hidden: [4, 2], activation: 'tanh', seed: 1 })
  const [name, setName] = useState<PresetName | typeof own>('circle')
  const [origin, setOrigin] = useState<Points>(() => drawPreset('circle', setup.seed))
  const [points, setPoints] = useState<readonly Point[]>(origin.points)
  const [learningRate, setLearningRate] = useState(0.1)
  const [pace, setPace] = useState<Pace>('medium')
  const [tool, setTool] = useState<Tool>('one')
  const [chosen, setChosen] = useState<NeuronPlace>({ layer: 2, neuron: 0 })
  const [spoken, setSpoken] = useState('')
  const run = useExperiment(setup, origin, points, learningRate, pace)
  const { sight } = run
  const axes = origin.names?.axes ?? (['x₁', 'x₂'] as const)
  const classes = origin.names?.classes ?? ([texts.classZero, texts.classOne] as const)

  function show(next: Points, from: PresetName | typeof own): void {
    setName(from)
    setOrigin(next)
    setPoints(next.points)
  }

  function renew(changes: Partial<Setup>): void {
    const next = { ...setup, ...changes }
    setSetup(next)
    setChosen({ layer: next.hidden.length, neuron: 0 })
    if (changes.seed !== undefined && name !== own) show(drawPreset(name, next.seed), name)
  }

  function use(how: Tool, x: number, y: number): void {
    if (how !== 'remove') {
      setPoints([...points, { x, y, label: how === 'one' ? 1 : 0 }])
      setSpoken(texts.added(how === 'one' ? classes[1] : classes[0], x, y, points.length + 1))
      return
    }
    const nearest = nearestTo(points, origin, x, y)
    if (nearest === undefined) return
    setPoints(points.toSpliced(nearest, 1))
    setSpoken(texts.removed(points.length - 1))
  }

  return (
    <div class="plane">
      <p>{texts.sentence}</p>
      <div class="plane-controls">
        <Choice
          label={texts.data}
          value={name}
          options={[
            ...presetNames.map((preset) => [preset, texts.presets[preset]] as const),
            ...(name === own ? ([[own, texts.ownData]] as const) : []),
          ]}
          onChange={(next) => next !== own && show(drawPreset(next, setup.seed), next)}
        />
        <p class="buttons">
          <button
            type="button"
            class="primary"
            disabled={points.length === 0}
            onClick={run.isPlaying ? run.pause : run.play}
          >
            {run.isPlaying ? texts.pause : texts.play}
          </button>
          <button type="button" disabled={run.isPlaying || points.length === 0} onClick={run.step}>
            {texts.oneEpoch}
          </button>
          <button type="button" onClick={() => renew({})}>
            {texts.again}
          </button>
        </p>
        <p aria-live={run.isPlaying ? 'off' : 'polite'} class="number">
          {sight && texts.status(sight.epochs, sight.cost, sight.accuracy)}
        </p>
        {run.problem && <p role="alert">{texts.failed(run.problem)}</p>}
      </div>
      {sight && sight.layers.length === setup.hidden.length + 1 && (
        <div class="plane-halves">
          <section aria-label={texts.plane}>
            <PlanePicture
              origin={origin}
              points={points}
              sight={sight}
              colors={colors}
              theme={theme}
              tool={tool}
              axes={axes}
              onUse={use}
            />
            <Legend
              marks={[
                [<PointMark key="one" left={14} top={8} label={1} isWrong={false} />, classes[1]],
                [<PointMark key="zero" left={14} top={8} label={0} isWrong={false} />, classes[0]],
                [<circle key="wrong" class="plane-wrong" cx="14" cy="8" r="7" />, texts.wrongMark],
                [<path key="boundary" class="plane-boundary" d="M1,8H27" />, texts.boundaryMark],
              ]}
            />
            <p class="quiet">{texts.colors(classes[1], classes[0])}</p>
            <Choice
              label={texts.tool}
              value={tool}
              options={[
                ['one', texts.add(classes[1])],
                ['zero', texts.add(classes[0])],
                ['remove', texts.remove],
              ]}
              onChange={setTool}
            />
            <p class="quiet">{texts.keys}</p>
            <p aria-live="polite">{spoken}</p>
          </section>
          <section aria-label={texts.network}>
            <NetworkPicture
              origin={origin}
              sight={sight}
              colors={colors}
              theme={theme}
              chosen={chosen}
              axes={axes}
              onChoose={setChosen}
            />
            <Legend
              marks={[
                [
                  <line key="positive" class="plane-weight positive" x1="0" y1="8" x2="28" y2="8" stroke-width="4" />,
                  texts.positiveWeight,
                ],
                [
                  <line key="negative" class="plane-weight negative" x1="0" y1="8" x2="28" y2="8" stroke-width="4" />,
                  texts.negativeWeight,
                ],
              ]}
            />
            <p class="quiet">{texts.maps}</p>
            <NeuronEditor sight={sight} place={chosen} axes={axes} onChange={run.change} />
            <CostCurve curve={run.curve} />
          </section>
        </div>
      )}
      <div class="plane-settings">
        <Slider
          label={texts.learningRate}
          value={learningRate}
          min={-3}
          max={1}
          step={0.01}
          logarithmic
          onChange={setLearningRate}
        />
        <Choice
          label={texts.pace}
          value={pace}
          options={(Object.keys(paces) as Pace[]).map((name) => [name, texts.paces[name]] as const)}
          onChange={setPace}
        />
        <Choice
          label={texts.activation}
          value={setup.activation}
          options={activationNames.map((name) => [name, name] as const)}
          onChange={(activation) => renew({ activation })}
        />
        <Slider
          label={texts.layers}
          value={setup.hidden.length}
          min={0}
          max={maxLayers}
          step={1}
          onChange={(count) => renew({ hidden: Array.from({ length: count }, (_, i) => setup.hidden[i] ?? 4) })}
        />
        {setup.hidden.map((count, layer) => (
          <Slider
            key={layer}
            label={texts.neuronsOf(layer + 1)}
            value={count}
            min={1}
            max={maxNeurons}
            step={1}
            onChange={(neurons) => renew({ hidden: setup.hidden.with(layer, neurons) })}
          />
        ))}
        <label class="plane-seed">
          {texts.seed}
          <input
            type="number"
            min={0}
            max={1_000_000}
            step={1}
            value={setup.seed}
            onChange={({ currentTarget }) => {
              const seed = currentTarget.valueAsNumber
              if (Number.isSafeInteger(seed) && seed >= 0) renew({ seed })
            }}
          />
        </label>
        <p class="quiet">{texts.sameSeed}</p>
      </div>
      <OwnPoints onTake={(taken) => show(taken, own)} />
      {sight && <ParameterTable sight={sight} axes={axes} />}
    </div>
  )
}

/** Returns the index of the point that is nearest in the picture. */
function nearestTo(points: readonly Point[], { x, y }: Points, atX: number, atY: number): number | undefined {
  const distances = points.map((point) => Math.hypot((point.x - atX) / (x[1] - x[0]), (point.y - atY) / (y[1] - y[0])))
  return points.length > 0 ? distances.indexOf(Math.min(...distances)) : undefined
}

/** The cost after each epoch. */
function CostCurve({ curve }: { readonly curve: readonly CurvePoint[] }) {
  const texts = useTexts().plane
  if (curve.length === 0) return null
  const epochs = Math.max(1, curve[curve.length - 1].batches)
  const highest = Math.max(0.1, ...curve.map(({ cost }) => cost))
  const frameOf = (width: number) => plotFrame(width, 170, [0, epochs], [0, 1.05 * highest])
  return (
    <ChartWithCursor
      label={texts.curveLabel}
      count={curve.length}
      initial={curve.length - 1}
      textOf={(place) => texts.curveAt(curve[place].batches, curve[place].cost)}
      placeAt={(left, width) => nearestPoint(curve, frameOf(width).x.valueAt(left))}
    >
      {(width, place) => {
        const frame = frameOf(width)
        const left = ({ batches }: CurvePoint) => frame.x.position(batches)
        const top = ({ cost }: CurvePoint) => frame.y.position(cost)
        const shown = curve[place ?? curve.length - 1]
        return (
          <Plot frame={frame} label={texts.curveLabel} xLabel={texts.epoch} yLabel={texts.cost}>
            <path class="plane-curve" d={line<CurvePoint>(left, top)(curve) ?? ''} />
            {place !== undefined && (
              <line class="chart-cursor" x1={left(shown)} x2={left(shown)} y1={frame.area.bottom} y2={frame.area.top} />
            )}
            <circle class="plane-now" cx={left(shown)} cy={top(shown)} r="3.5" />
          </Plot>
        )
      }}
    </ChartWithCursor>
  )
}

/** The place of the point whose epoch is nearest. */
function nearestPoint(curve: readonly CurvePoint[], epoch: number): number {
  const distances = curve.map(({ batches }) => Math.abs(batches - epoch))
  return distances.indexOf(Math.min(...distances))
}

interface ParameterTableProps {
  readonly sight: Sight
  readonly axes: readonly [string, string]
}

/** All weights and biases as numbers. */
function ParameterTable({ sight, axes }: ParameterTableProps) {
  const texts = useTexts().plane
  return (
    <details>
      <summary>{texts.table}</summary>
      {sight.layers.map(({ weights, biases }, layer) => {
        const inputs = weights.length / biases.length
        const isOutput = layer === sight.layers.length - 1
        const name = isOutput ? texts.output : texts.layerShort(layer + 1)
        return (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard scrolls what has the focus
          <section key={layer} class="scroll" tabIndex={0} aria-label={name}>
            <table>
              <thead>
                <tr>
                  <th scope="col">{name}</th>
                  {Array.from({ length: inputs }, (_, input) => (
                    <th key={input} scope="col">
                      {texts.weightFrom(layer === 0 ? axes[input] : texts.neuronName(layer, input + 1))}
                    </th>
                  ))}
                  <th scope="col">{texts.bias}</th>
                </tr>
              </thead>
              <tbody>
                {Array.from(biases, (bias, neuron) => (
                  <tr key={neuron}>
                    <th scope="row">{isOutput ? texts.output : texts.neuronName(layer + 1, neuron + 1)}</th>
                    {Array.from({ length: inputs }, (_, input) => (
                      <td key={input}>{shortNumberText(weights[neuron * inputs + input])}</td>
                    ))}
                    <td>{shortNumberText(bias)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </section>
        )
      })}
    </details>
  )
}
