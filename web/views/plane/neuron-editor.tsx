import { Slider } from '../../charts/slider.js'
import { useTexts } from '../../texts/texts.js'
import type { ParameterPlace, Sight } from './experiment.js'
import type { NeuronPlace } from './network-picture.js'

interface NeuronEditorProps {
  readonly sight: Sight
  readonly place: NeuronPlace
  readonly axes: readonly [string, string]
  readonly onChange: (place: ParameterPlace, value: number) => void
}

/** Sliders for all weights and the bias of a neuron. */
export function NeuronEditor({ sight, place: { layer, neuron }, axes, onChange }: NeuronEditorProps) {
  const texts = useTexts().plane
  const { weights, biases } = sight.layers[layer]
  const inputs = weights.length / biases.length
  const isOutput = layer === sight.layers.length - 1
  const slider = (label: string, kind: ParameterPlace['kind'], index: number) => {
    const value = sight.layers[layer][kind][index]
    const limit = Math.max(10, Math.ceil(Math.abs(value)))
    return (
      <Slider
        key={label}
        label={label}
        value={value}
        min={-limit}
        max={limit}
        step={0.05}
        onChange={(next) => onChange({ layer, kind, index }, next)}
      />
    )
  }
  return (
    <fieldset class="plane-editor">
      <legend>{isOutput ? texts.output : texts.neuronName(layer + 1, neuron + 1)}</legend>
      {Array.from({ length: inputs }, (_, input) =>
        slider(
          texts.weightFrom(layer === 0 ? axes[input] : texts.neuronName(layer, input + 1)),
          'weights',
          neuron * inputs + input,
        ),
      )}
      {slider(texts.bias, 'biases', neuron)}
    </fieldset>
  )
}
