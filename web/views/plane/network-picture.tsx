import type { Palette } from '#src/drawing/colors'
import { largest } from '#src/drawing/weight-picture'
import { useWidth } from '../../charts/use-width.js'
import { NumberPicture } from '../../pictures/number-picture.js'
import { useTexts } from '../../texts/texts.js'
import type { Theme } from '../../theme.js'
import { inputMap, type NeuronMap, type Sight } from './experiment.js'
import type { Points } from './presets.js'

/** A neuron, by the number of its layer and its own number. Layer 0 is the first hidden layer. */
export interface NeuronPlace {
  readonly layer: number
  readonly neuron: number
}

interface NetworkPictureProps {
  readonly origin: Points
  readonly sight: Sight
  readonly colors: Palette
  readonly theme: Theme
  readonly chosen: NeuronPlace
  readonly axes: readonly [string, string]
  readonly onChoose: (place: NeuronPlace) => void
}

const side = 34
const rowHeight = 44

/** The neurons of all layers, each with its map of the plane, and the weights between them. */
export function NetworkPicture({ origin, sight, colors, theme, chosen, axes, onChoose }: NetworkPictureProps) {
  const texts = useTexts().plane
  const [box, width] = useWidth<HTMLDivElement>()
  const sizes = [2, ...sight.layers.map(({ biases }) => biases.length)]
  const height = rowHeight * Math.max(...sizes) + 22
  const columnWidth = (width - side) / (sizes.length - 1)
  const placeOf = (column: number, row: number) => ({
    left: column * columnWidth,
    top: 22 + (height - 22) / 2 + (row - (sizes[column] - 1) / 2) * rowHeight - side / 2,
  })
  const picture = ({ grid, limit }: NeuronMap) => (
    <NumberPicture
      values={grid.values}
      width={grid.columns}
      height={grid.rows}
      limit={limit}
      colors={colors}
      theme={theme}
      label=""
      class="plane-map"
    />
  )
  const limit = Math.max(...sight.layers.map(({ weights }) => largest(weights)))
  return (
    <div ref={box} class="plane-network" style={{ height: `${height}px` }}>
      <svg viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
        {sight.layers.flatMap(({ weights, biases }, layer) =>
          Array.from(weights, (weight, i) => {
            const count = weights.length / biases.length
            const from = placeOf(layer, i % count)
            const to = placeOf(layer + 1, Math.floor(i / count))
            const isChosen = chosen.layer === layer && chosen.neuron === Math.floor(i / count)
            const [x1, y1, x2, y2] = [from.left + side, from.top + side / 2, to.left, to.top + side / 2]
            const half = (x1 + x2) / 2
            return (
              <path
                key={`${layer} ${i}`}
                class={`plane-weight ${weight < 0 ? 'negative' : 'positive'} ${isChosen ? 'chosen' : ''}`}
                d={`M${x1},${y1}C${half},${y1} ${half},${y2} ${x2},${y2}`}
                stroke-width={limit > 0 ? 0.4 + (5 * Math.abs(weight)) / limit : 0.4}
              />
            )
          }),
        )}
        {sizes.map((_, column) => (
          <text
            key={column}
            x={column * columnWidth + (column === 0 ? 0 : column === sizes.length - 1 ? side : side / 2)}
            y="12"
            text-anchor={column === 0 ? 'start' : column === sizes.length - 1 ? 'end' : 'middle'}
          >
            {column === 0 ? texts.inputs : column === sizes.length - 1 ? texts.output : texts.layerShort(column)}
          </text>
        ))}
      </svg>
      {([0, 1] as const).map((input) => {
        const { left, top } = placeOf(0, input)
        return (
          <div key={input} class="plane-neuron" title={axes[input]} style={{ left: `${left}px`, top: `${top}px` }}>
            {picture(inputMap(input, origin))}
          </div>
        )
      })}
      {sight.layers.flatMap(({ biases }, layer) =>
        Array.from(biases, (_, neuron) => {
          const { left, top } = placeOf(layer + 1, neuron)
          const isOutput = layer === sight.layers.length - 1
          return (
            <button
              key={`${layer} ${neuron}`}
              type="button"
              class="plane-neuron"
              aria-pressed={chosen.layer === layer && chosen.neuron === neuron}
              aria-label={isOutput ? texts.output : texts.neuronName(layer + 1, neuron + 1)}
              style={{ left: `${left}px`, top: `${top}px` }}
              onClick={() => onChoose({ layer, neuron })}
            >
              {picture(isOutput ? sight.output : sight.hidden[layer][neuron])}
            </button>
          )
        }),
      )}
    </div>
  )
}
