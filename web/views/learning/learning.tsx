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

/**
 * Returns the line of what came later than the moment to which the network was set back, or none if nothing did. It begins
 * at the last of the `past` values, where the line of the past ends.
 */
function laterLine(
  name: string,
  values: readonly (number | undefined)[],
  past: number,
  color: string,
): readonly ChartLine[] {
  if (values.length === past) return []
  const shown = values.map((value, place) => (place < past - 1 ? undefined : value))
  return [{ name, values: shown, color, width: 1.5, hasMarks: false, isDashed: true, isLater: true }]
}

/** The cost of the batches. Its cursor can set the network back to a moment. */
function CostChart({ connection, state, isWriter, theme }: ViewProps) {
  const { learning: texts, page } = useTexts()
  const [isSmooth, setIsSmooth] = useState(false)
  const [place, setPlace] = useState<number>()
  const { refused, send } = useCommands(connection)
  const { curve, later, moments, position } = state
  const points = useMemo(() => [...curve, ...later.curve], [curve, later])
  const x = useMemo(() => points.map(({ batches }) => batches), [points])
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
    const smoothed = { ...line, name: texts.smoothCost, values: smooth(costs, kept), color: accent, width: 2 }
    const all = points.map(({ cost }) => cost)
    return [raw, ...(isSmooth ? [smoothed] : []), ...laterLine(texts.laterCost, all, costs.length, quiet)]
  }, [curve, points, isSmooth, theme, texts])

  function textOf(at: number): string {
    const point = points[at]
    if (!point) return texts.nothing
    const text = texts.costText(formatNumber(point.batches, page.locale), numberOf(point.cost, page.locale))
    return at < curve.length ? text : texts.laterText(text)
  }
  async function goToMoment(): Promise<void> {
    const batches = points[place ?? Math.max(0, curve.length - 1)]?.batches ?? 0
    const moment = moments.findLast((one) => one.batches <= batches)
    if (moment) await send({ do: 'return', moment: moment.id })
  }
  return (
    <section class="card" aria-labelledby="cost-title">
      <h2 id="cost-title">{texts.costTitle}</h2>
      <ChartWithCursor
        label={texts.costTitle}
        count={points.length}
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
        <button type="button" disabled={!isWriter || points.length === 0} onClick={goToMoment}>
          {texts.goToMoment}
        </button>
      </div>
      {later.curve.length > 0 && <p class="quiet">{texts.laterHint}</p>}
      {refused && <p role="alert">{refused}</p>}
    </section>
  )
}

/** A measure after each epoch: the accuracy on the test examples, or the cost where there are no classes. */
function EpochChart({ state, theme, kind }: { state: State; theme: Theme; kind: 'accuracy' | 'cost' }) {
  const { learning: texts, page } = useTexts()
  const { epochs: past, later } = state
  const epochs = useMemo(() => [...past, ...later.epochs], [past, later])
  const x = useMemo(() => epochs.map(({ number }) => number), [epochs])
  const lines = useMemo((): ChartLine[] => {
    const { accent, quiet } = markColors[theme]
    const pastOf = (values: readonly (number | undefined)[]) => values.slice(0, past.length)
    const line = { width: 1.5, hasMarks: true }
    if (kind === 'accuracy') {
      const values = epochs.map(({ accuracy }) => accuracy)
      return [
        { ...line, name: texts.testAccuracy, values: pastOf(values), color: accent, isDashed: false },
        ...laterLine(texts.laterAccuracy, values, past.length, quiet),
      ]
    }
    const training = epochs.map(({ cost }) => cost)
    const test = epochs.map(({ validation }) => validation?.cost)
    return [
      { ...line, name: texts.trainingCost, values: pastOf(training), color: quiet, isDashed: true },
      { ...line, name: texts.testCost, values: pastOf(test), color: accent, isDashed: false },
      ...laterLine(texts.laterCost, test, past.length, quiet),
    ]
  }, [epochs, past, kind, theme, texts])
  const title = kind === 'accuracy' ? texts.accuracyTitle : texts.costEpochs
  function textOf(at: number): string {
    const epoch = epochs[at]
    if (!epoch) return texts.noEpoch
    const values = lines.flatMap(({ name, values, isLater = false }) => {
      const value = values[at]
      if (value === undefined || isLater !== at >= past.length) return []
      return `${name} ${kind === 'accuracy' ? formatShare(value, page.locale, 2) : numberOf(value, page.locale)}`
    })
    return texts.epochText(formatNumber(epoch.number, page.locale), values.join(', '))
  }
  return (
    <section class="card" aria-labelledby="epochs-title">
      <h2 id="epochs-title">{title}</h2>
      <ChartWithCursor
        label={title}
        count={epochs.length}
        initial={Math.max(0, past.length - 1)}
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
