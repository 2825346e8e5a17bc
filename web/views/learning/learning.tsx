import { useMemo, useState } from 'preact/hooks'
import { largest } from '#src/drawing/weight-picture'
import type { State } from '#src/see/protocol'
import { ChartWithCursor } from '../../parts/chart-cursor.js'
import { useCommands } from '../../parts/use-commands.js'
import { ColorScale } from '../../pictures/color-scale.js'
import { formatNumber, formatShare } from '../../texts/numbers.js'
import { useTexts } from '../../texts/texts.js'
import { markColors, numberColors, type Theme } from '../../theme.js'
import type { ViewProps } from '../../view.js'
import { shownLayers } from '../neurons/shown-layers.js'
import { WeightGallery } from '../neurons/weight-gallery.js'
import '../neurons/neurons.css'
import { EpochTable } from './epoch-table.js'
import './learning.css'
import { type ChartLine, LiveChart, placeNear } from './live-chart.js'
import { smooth } from './smooth.js'

/** How much of a smoothed point remains in the next one. */
const kept = 0.9

/** The cost and the accuracy while the network learns, and the weights as they change. */
export function LearningView(props: ViewProps) {
  const { state, frame, palette, theme } = props
  const { learning: texts, page } = useTexts()
  const { shape, epochs, position, curve } = state
  const layer = useMemo(() => frame && shownLayers(shape, frame)[0], [shape, frame])
  const colors = numberColors(palette, theme)
  const limit = layer ? largest(layer.weights) : 0
  const last = epochs.at(-1)
  const accuracies = epochs.flatMap(({ accuracy }) => accuracy ?? [])
  const share = (value: number | undefined) => (value === undefined ? '–' : formatShare(value, page.locale, 2))
  return (
    <>
      <p class="sentence">{texts.sentence}</p>
      <dl class="facts">
        <Fact name={texts.epoch} value={formatNumber(position.epoch, page.locale)} />
        <Fact name={texts.batches} value={formatNumber(position.batches, page.locale)} />
        <Fact name={texts.cost} value={numberOf(curve.at(-1)?.cost ?? last?.cost, page.locale)} />
        {shape.classes && <Fact name={`${texts.accuracy} (${texts.now})`} value={share(last?.accuracy)} />}
        {shape.classes && (
          <Fact
            name={`${texts.accuracy} (${texts.best})`}
            value={share(accuracies.length > 0 ? Math.max(...accuracies) : undefined)}
          />
        )}
      </dl>
      <div class="learning">
        <CostChart {...props} />
        <EpochChart state={state} theme={theme} kind={shape.classes ? 'accuracy' : 'cost'} />
      </div>
      {layer && shape.picture && (
        <section class="card" aria-labelledby="learning-pictures">
          <h2 id="learning-pictures">{texts.pictures}</h2>
          <p class="legend">
            <ColorScale limit={limit} colors={colors} theme={theme} label="" />
          </p>
          <WeightGallery
            layer={layer}
            weights={layer.weights}
            picture={shape.picture}
            limit={limit}
            colors={colors}
            theme={theme}
          />
        </section>
      )}
      <details>
        <summary>{texts.table}</summary>
        <EpochTable epochs={epochs} />
      </details>
    </>
  )
}

function numberOf(value: number | undefined, locale: string): string {
  return value === undefined ? '–' : formatNumber(value, locale, { maximumSignificantDigits: 4 })
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd class="number">{value}</dd>
    </div>
  )
}

/** The cost of the batches. Its cursor can set the network back to a moment. */
function CostChart({ connection, state, isWriter, theme }: ViewProps) {
  const { learning: texts, page } = useTexts()
  const [isSmooth, setIsSmooth] = useState(false)
  const [place, setPlace] = useState<number>()
  const { refused, send } = useCommands(connection)
  const { curve, moments, position } = state
  const x = useMemo(() => curve.map(({ batches }) => batches), [curve])
  const lines = useMemo((): ChartLine[] => {
    const costs = curve.map(({ cost }) => cost)
    const { accent, quiet } = markColors[theme]
    const line = { hasMarks: false, isDashed: false }
    const raw = {
      ...line,
      name: texts.batchCost,
      values: costs,
      color: isSmooth ? quiet : accent,
      width: isSmooth ? 0.5 : 1.5,
    }
    return isSmooth
      ? [raw, { ...line, name: texts.smoothCost, values: smooth(costs, kept), color: accent, width: 2 }]
      : [raw]
  }, [curve, isSmooth, theme, texts])

  function textOf(at: number): string {
    const point = curve[at]
    if (!point) return texts.nothing
    return texts.costText(formatNumber(point.batches, page.locale), numberOf(point.cost, page.locale))
  }
  async function goBack(): Promise<void> {
    const batches = curve[place ?? curve.length - 1]?.batches ?? 0
    const moment = moments.findLast((one) => one.batches <= batches)
    if (moment) await send({ do: 'return', moment: moment.id })
  }
  return (
    <section class="card" aria-labelledby="cost-title">
      <h2 id="cost-title">{texts.costTitle}</h2>
      <ChartWithCursor
        label={texts.costTitle}
        count={curve.length}
        initial={Math.max(0, curve.length - 1)}
        textOf={textOf}
        placeAt={(distance, width) => placeNear(x, distance, width)}
        onMove={setPlace}
      >
        {(width, place) => (
          <LiveChart
            x={x}
            xName={texts.batches}
            lines={lines}
            width={width}
            place={place}
            now={position.batches}
            theme={theme}
          />
        )}
      </ChartWithCursor>
      <Legend lines={lines} />
      <div class="buttons">
        <label>
          <input type="checkbox" checked={isSmooth} onChange={(event) => setIsSmooth(event.currentTarget.checked)} />
          {texts.smooth}
        </label>
        <button type="button" disabled={!isWriter || curve.length === 0} onClick={goBack}>
          {texts.goBack}
        </button>
      </div>
      {refused && <p role="alert">{refused}</p>}
    </section>
  )
}

/** A measure after each epoch: the accuracy on the test examples, or the cost where there are no classes. */
function EpochChart({ state, theme, kind }: { state: State; theme: Theme; kind: 'accuracy' | 'cost' }) {
  const { learning: texts, page } = useTexts()
  const { epochs } = state
  const x = useMemo(() => epochs.map(({ number }) => number), [epochs])
  const lines = useMemo((): ChartLine[] => {
    const { accent, quiet } = markColors[theme]
    const line = { width: 1.5, hasMarks: true }
    if (kind === 'accuracy') {
      const values = epochs.map(({ accuracy }) => accuracy)
      return [{ ...line, name: texts.testAccuracy, values, color: accent, isDashed: false }]
    }
    return [
      { ...line, name: texts.trainingCost, values: epochs.map(({ cost }) => cost), color: quiet, isDashed: true },
      {
        ...line,
        name: texts.testCost,
        values: epochs.map(({ validation }) => validation?.cost),
        color: accent,
        isDashed: false,
      },
    ]
  }, [epochs, kind, theme, texts])
  const title = kind === 'accuracy' ? texts.accuracyTitle : texts.costEpochs
  function textOf(at: number): string {
    const epoch = epochs[at]
    if (!epoch) return texts.noEpoch
    const values = lines.map(({ name, values }) => {
      const value = values[at]
      const text =
        kind === 'accuracy' && value !== undefined ? formatShare(value, page.locale, 2) : numberOf(value, page.locale)
      return `${name} ${text}`
    })
    return texts.epochText(formatNumber(epoch.number, page.locale), values.join(', '))
  }
  return (
    <section class="card" aria-labelledby="epochs-title">
      <h2 id="epochs-title">{title}</h2>
      <ChartWithCursor
        label={title}
        count={epochs.length}
        initial={Math.max(0, epochs.length - 1)}
        textOf={textOf}
        placeAt={(distance, width) => placeNear(x, distance, width)}
      >
        {(width, place) => (
          <LiveChart
            x={x}
            xName={texts.epoch}
            lines={lines}
            width={width}
            place={place}
            now={undefined}
            theme={theme}
          />
        )}
      </ChartWithCursor>
      <Legend lines={lines} />
    </section>
  )
}

function Legend({ lines }: { lines: readonly ChartLine[] }) {
  return (
    <ul class="legend">
      {lines.map(({ name, color, isDashed }) => (
        <li key={name}>
          <svg width="24" height="8" aria-hidden="true" class="line-key">
            <path d="M0 4H24" stroke={color} stroke-width="2.5" stroke-dasharray={isDashed ? '6 4' : undefined} />
          </svg>{' '}
          {name}
        </li>
      ))}
    </ul>
  )
}
