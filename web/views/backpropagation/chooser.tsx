import type { Shape } from '#src/see/protocol'
import { useTexts } from '../../texts/texts.js'
import type { Lesson, Place } from './lesson.js'

/** Chooses the neuron and the weight of the equations by number, also those that the drawing leaves out. */
export function Chooser({
  lesson,
  shape,
  chosen,
  from,
  onChoose,
  onChooseFrom,
}: {
  readonly lesson: Lesson
  readonly shape: Shape
  readonly chosen: Place
  readonly from: number
  readonly onChoose: (place: Place) => void
  readonly onChooseFrom: (from: number) => void
}) {
  const texts = useTexts().backpropagation
  const { layers } = lesson
  const last = layers.length - 1
  const { inputs, outputs } = layers[chosen.layer]
  const pixel = chosen.layer === 0 && shape.picture
  return (
    <div class="chooser">
      <label>
        {texts.layer}{' '}
        <select
          value={chosen.layer}
          onChange={({ currentTarget }) => onChoose({ layer: Number(currentTarget.value), neuron: 0 })}
        >
          {layers.map((_, layer) => (
            <option key={layer} value={layer}>
              {layer === last ? texts.outputLayer : texts.hiddenLayer(layer + 1, last)}
            </option>
          ))}
        </select>
      </label>
      <NumberField
        label={texts.neuron}
        value={chosen.neuron}
        count={outputs}
        onChange={(neuron) => onChoose({ layer: chosen.layer, neuron })}
      />
      <NumberField
        label={pixel ? texts.weightFromPixel : chosen.layer === 0 ? texts.weightFromInput : texts.weightFromNeuron}
        value={from}
        count={inputs}
        onChange={onChooseFrom}
      />
    </div>
  )
}

/** A field for a number that people count from 1 and programs from 0. */
function NumberField({
  label,
  value,
  count,
  onChange,
}: {
  readonly label: string
  readonly value: number
  readonly count: number
  readonly onChange: (value: number) => void
}) {
  return (
    <label>
      {label}{' '}
      <input
        type="number"
        min={1}
        max={count}
        step={1}
        value={value + 1}
        onChange={({ currentTarget }) => {
          const wanted = currentTarget.valueAsNumber - 1
          if (Number.isInteger(wanted) && wanted >= 0 && wanted < count) onChange(wanted)
          else currentTarget.value = String(value + 1)
        }}
      />
    </label>
  )
}
