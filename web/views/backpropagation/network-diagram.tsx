import { useRef } from 'preact/hooks'
import { type NeuronColumn, neuronColumn } from '#src/drawing/neuron-column'
import { numberText } from '#src/drawing/number-text'
import { largest } from '#src/drawing/weight-picture'
import type { Shape } from '#src/see/protocol'
import { useWidth } from '../../charts/use-width.js'
import { NumberPicture } from '../../pictures/number-picture.js'
import { useTexts } from '../../texts/texts.js'
import { inks, type Theme } from '../../theme.js'
import type { Lesson, LessonLayer, Place } from './lesson.js'
import { drawnAfter, type Step } from './steps.js'

const height = 440
/** The largest number of neurons in a column. */
const most = 31

interface DiagramProps {
  readonly lesson: Lesson
  readonly shape: Shape
  readonly step: Step
  readonly chosen: Place
  readonly from: number
  readonly nameOf: (place: Place) => string
  readonly onChoose: (place: Place) => void
  readonly theme: Theme
}

/**
 * The network with its neurons in columns. A neuron's fill is its activation, its ring and its arrow are its error. Arrow
 * keys move between the neurons.
 */
export function NetworkDiagram(props: DiagramProps) {
  const [ref, width] = useWidth<HTMLDivElement>()
  return (
    <div ref={ref} class="network-diagram">
      <Drawing {...props} width={width} />
    </div>
  )
}

function Drawing({
  lesson,
  shape,
  step,
  chosen,
  from,
  nameOf,
  onChoose,
  theme,
  width,
}: DiagramProps & {
  readonly width: number
}) {
  const texts = useTexts().backpropagation
  const svg = useRef<SVGSVGElement>(null)
  const { picture } = shape
  const isNarrow = width < 440
  const pictureSize = isNarrow ? 84 : Math.min(150, width / 4)
  const left = picture ? pictureSize + (isNarrow ? 20 : 50) : isNarrow ? 60 : 140
  const right = isNarrow ? 52 : 120
  const middle = height / 2 + 10
  const { layers } = lesson
  const last = layers.length - 1
  const xOf = (layer: number) => left + ((layer + 1) / (last + 1)) * (width - left - right)
  const columns = layers.map(({ outputs }, layer) =>
    neuronColumn(
      outputs,
      most,
      height,
      layer === chosen.layer ? chosen.neuron : layer === chosen.layer - 1 ? from : undefined,
    ),
  )
  const inputColumn = picture
    ? undefined
    : neuronColumn(shape.inputs, most, height, chosen.layer === 0 ? from : undefined)

  const focusOn = (place: Place) => {
    onChoose(place)
    requestAnimationFrame(() => {
      svg.current?.querySelector<SVGElement>(`[data-neuron="${place.layer} ${place.neuron}"]`)?.focus()
    })
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const { layer, neuron } = chosen
    const inLayer = (next: number) => {
      const outputs = layers[next].outputs
      const scaled = Math.round((neuron / Math.max(1, layers[layer].outputs - 1)) * (outputs - 1))
      return { layer: next, neuron: scaled }
    }
    const places: Record<string, () => Place> = {
      ArrowUp: () => ({ layer, neuron: Math.max(0, neuron - 1) }),
      ArrowDown: () => ({ layer, neuron: Math.min(layers[layer].outputs - 1, neuron + 1) }),
      ArrowLeft: () => (layer > 0 ? inLayer(layer - 1) : chosen),
      ArrowRight: () => (layer < last ? inLayer(layer + 1) : chosen),
      Home: () => ({ layer, neuron: 0 }),
      End: () => ({ layer, neuron: layers[layer].outputs - 1 }),
    }
    const place = Object.hasOwn(places, event.key) ? places[event.key]() : undefined
    if (!place || event.altKey || event.ctrlKey || event.metaKey) return
    event.preventDefault()
    focusOn(place)
  }

  return (
    <>
      {picture && (
        <div class="diagram-picture" style={{ '--size': `${pictureSize}px` }}>
          <NumberPicture
            {...picture}
            values={lesson.example.inputs}
            limit={1}
            colors={inks[theme]}
            theme={theme}
            label={texts.pictureLabel}
          />
        </div>
      )}
      {/* biome-ignore lint/a11y/useSemanticElements: a drawing has no fieldset */}
      <svg
        ref={svg}
        width={width}
        height={height + 20}
        role="group"
        aria-label={texts.diagramLabel}
        onKeyDown={onKeyDown}
      >
        {picture && (
          <path
            class="diagram-fan"
            d={`M${pictureSize + 6} ${middle - pictureSize / 2}L${xOf(0) - 16} 14V${height + 6}L${pictureSize + 6} ${middle + pictureSize / 2}Z`}
          />
        )}
        {layers.map((layer, index) => {
          const before = index > 0 ? columns[index - 1] : inputColumn
          const { lines } = drawnAfter(step, index)
          if (!before || lines === 'none') return null
          const x1 = (index > 0 ? xOf(index - 1) : left - (isNarrow ? 10 : 20)) + 9
          return (
            <Lines
              key={index}
              layer={layer}
              kind={lines}
              before={before}
              column={columns[index]}
              x1={x1}
              x2={xOf(index) - 9}
            />
          )
        })}
        {inputColumn && (
          <InputNeurons column={inputColumn} shape={shape} lesson={lesson} x={left - (isNarrow ? 10 : 20)} />
        )}
        {columns.map((column, layer) => (
          <Neurons
            key={layer}
            index={layer}
            layer={layers[layer]}
            column={column}
            x={xOf(layer)}
            step={step}
            chosen={chosen}
            nameOf={nameOf}
            onChoose={onChoose}
          />
        ))}
        {columns[last].neurons.map(({ neuron, y }) => {
          const isDesired = lesson.targets[neuron] === 1
          const hasActivations = drawnAfter(step, last).hasActivations
          return (
            <text key={neuron} class={`neuron-name ${isDesired ? 'is-desired' : ''}`} x={xOf(last) + 28} y={y + 14}>
              {shape.classes?.[layers[last].outputs === 1 ? 1 : neuron] ?? neuron + 1}
              {!isNarrow && hasActivations ? `  ${numberText(layers[last].a[neuron], 2)}` : ''}
            </text>
          )
        })}
      </svg>
    </>
  )
}

/** The lines between two layers. Their color is the sign of what passes, and their strength its size. */
function Lines({
  layer,
  kind,
  before,
  column,
  x1,
  x2,
}: {
  readonly layer: LessonLayer
  readonly kind: 'signals' | 'errors' | 'slopes'
  readonly before: NeuronColumn
  readonly column: NeuronColumn
  readonly x1: number
  readonly x2: number
}) {
  const { inputs, from, delta, weights, weightSlopes } = layer
  const strengthOf = (j: number, k: number) => {
    const weight = j * inputs + k
    if (kind === 'slopes') return weightSlopes[weight]
    return weights[weight] * (kind === 'signals' ? from[k] : delta[j])
  }
  const lines = column.neurons.flatMap(({ neuron: j, y: y2 }) =>
    before.neurons.map(({ neuron: k, y: y1 }) => ({ key: `${j} ${k}`, y1, y2, value: strengthOf(j, k) })),
  )
  const limit = largest(lines.map(({ value }) => value))
  if (limit === 0) return null
  return (
    <g class={`diagram-lines is-${kind}`}>
      {lines
        .filter(({ value }) => Math.abs(value) > limit / 50)
        .map(({ key, y1, y2, value }) => (
          <line
            key={key}
            class={value < 0 ? 'is-negative' : 'is-positive'}
            x1={x1}
            x2={x2}
            y1={y1 + 10}
            y2={y2 + 10}
            stroke-opacity={(0.1 + (0.9 * Math.abs(value)) / limit).toFixed(2)}
            stroke-width={(0.5 + (2 * Math.abs(value)) / limit).toFixed(2)}
          />
        ))}
    </g>
  )
}

function Neurons({
  index,
  layer,
  column,
  x,
  step,
  chosen,
  nameOf,
  onChoose,
}: {
  readonly index: number
  readonly layer: LessonLayer
  readonly column: NeuronColumn
  readonly x: number
  readonly step: Step
  readonly chosen: Place
  readonly nameOf: (place: Place) => string
  readonly onChoose: (place: Place) => void
}) {
  const texts = useTexts().backpropagation
  const { hasActivations, hasErrors } = drawnAfter(step, index)
  const brightest = Math.max(largest(layer.a), Number.MIN_VALUE)
  const strongest = Math.max(largest(layer.delta), Number.MIN_VALUE)
  const places = column.neurons.length + (column.ellipsis === undefined ? 0 : 1)
  const radius = Math.min(11, height / places / 2 - 1)
  return (
    <g>
      {column.neurons.map(({ neuron, y }) => {
        const isChosen = chosen.layer === index && chosen.neuron === neuron
        const z = layer.z[neuron]
        const a = layer.a[neuron]
        const delta = layer.delta[neuron]
        const numbers = [
          hasActivations ? `z ${numberText(z)}, a ${numberText(a)}` : '',
          hasErrors ? `δ ${numberText(delta)}` : '',
        ].filter(Boolean)
        return (
          // biome-ignore lint/a11y/useSemanticElements: a drawing has no buttons
          <g
            key={neuron}
            class={`neuron ${isChosen ? 'is-chosen' : ''}`}
            role="button"
            tabindex={isChosen ? 0 : -1}
            aria-pressed={isChosen}
            aria-label={[nameOf({ layer: index, neuron }), ...numbers].join(', ')}
            data-neuron={`${index} ${neuron}`}
            onClick={() => onChoose({ layer: index, neuron })}
            onKeyDown={(event) => {
              if (event.key !== 'Enter' && event.key !== ' ') return
              event.preventDefault()
              onChoose({ layer: index, neuron })
            }}
          >
            <circle class="neuron-body" cx={x} cy={y + 10} r={radius} />
            {hasActivations && (
              <circle
                class={a < 0 ? 'neuron-light is-below' : 'neuron-light'}
                cx={x}
                cy={y + 10}
                r={radius - 1.5}
                fill-opacity={Math.min(1, Math.abs(a) / Math.max(1, brightest)).toFixed(3)}
              />
            )}
            {hasErrors && <ErrorMark x={x} y={y + 10} radius={radius} share={delta / strongest} />}
            {isChosen && <circle class="neuron-choice" cx={x} cy={y + 10} r={radius + 4} />}
          </g>
        )
      })}
      {column.ellipsis !== undefined && (
        <text class="neuron-ellipsis" x={x} y={column.ellipsis + 15}>
          ⋮<title>{texts.ellipsis(layer.outputs - column.neurons.length)}</title>
        </text>
      )}
    </g>
  )
}

/** The error of a neuron: a ring, and an arrow to where z must go so that the cost falls. */
function ErrorMark({
  x,
  y,
  radius,
  share,
}: {
  readonly x: number
  readonly y: number
  readonly radius: number
  readonly share: number
}) {
  const kind = share < 0 ? 'is-negative' : 'is-positive'
  const length = radius * Math.min(1, Math.abs(share))
  const up = share < 0 ? -1 : 1
  const arrow = x + radius + 7
  const tip = y + up * length
  return (
    <g class={`neuron-error ${kind}`}>
      <circle cx={x} cy={y} r={radius} stroke-width={(0.5 + 3 * Math.abs(share)).toFixed(2)} />
      {length > 0.8 && (
        <path d={`M${arrow} ${y - up * length}V${tip}m-3 ${-3 * up}l3 ${3 * up}l3 ${-3 * up}`} stroke-width={1.5} />
      )}
    </g>
  )
}

function InputNeurons({
  column,
  shape,
  lesson,
  x,
}: {
  readonly column: NeuronColumn
  readonly shape: Shape
  readonly lesson: Lesson
  readonly x: number
}) {
  const values = lesson.layers[0].from
  const brightest = Math.max(largest(values), Number.MIN_VALUE)
  return (
    <g>
      {column.neurons.map(({ neuron, y }) => (
        <g key={neuron}>
          <circle class="neuron-body" cx={x} cy={y + 10} r={6} />
          <circle
            class={values[neuron] < 0 ? 'neuron-light is-below' : 'neuron-light'}
            cx={x}
            cy={y + 10}
            r={5}
            fill-opacity={(Math.abs(values[neuron]) / brightest).toFixed(3)}
          />
          <text class="input-name" x={x - 12} y={y + 14}>
            {(shape.inputNames?.[neuron] ?? String(neuron + 1)).slice(0, 16)}
          </text>
        </g>
      ))}
      {column.ellipsis !== undefined && (
        <text class="neuron-ellipsis" x={x} y={column.ellipsis + 15}>
          ⋮
        </text>
      )}
    </g>
  )
}
