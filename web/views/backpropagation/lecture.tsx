import { useMemo, useState } from 'preact/hooks'
import type { PaletteName } from '#src/drawing/colors'
import { numberText } from '#src/drawing/number-text'
import type { Shape } from '#src/see/protocol'
import { useTexts } from '../../texts/texts.js'
import type { Theme } from '../../theme.js'
import { Chooser } from './chooser.js'
import { Equations } from './equations.js'
import { differenceFromEquations, type Lesson, type Place, strongest } from './lesson.js'
import { NetworkDiagram } from './network-diagram.js'
import { NeuronTable } from './neuron-table.js'
import { SlopePicture } from './slope-picture.js'
import { StepBar } from './step-bar.js'
import { stepsOf } from './steps.js'

/** The lesson: the steps, the network, and the equations with the numbers of the chosen neuron and weight. */
export function Lecture({
  lesson,
  shape,
  isShuffled,
  palette,
  theme,
}: {
  readonly lesson: Lesson
  /** Whether the examples have labels of other examples. */
  readonly isShuffled: boolean
  readonly shape: Shape
  readonly palette: PaletteName
  readonly theme: Theme
}) {
  const texts = useTexts().backpropagation
  const { layers } = lesson
  const last = layers.length - 1
  const steps = useMemo(() => stepsOf(layers.length), [layers.length])
  const [at, setAt] = useState(0)
  const [chosen, setChosen] = useState<Place>({ layer: last, neuron: strongest(layers[last].delta) })
  const [wanted, setWanted] = useState<number | undefined>(undefined)
  const layer = layers[chosen.layer]
  // Until the user chooses a weight, it is the one that the example moves most.
  const slopes = layer.weightSlopes.subarray(chosen.neuron * layer.inputs, (chosen.neuron + 1) * layer.inputs)
  const from = wanted ?? strongest(slopes)
  const choose = (place: Place) => {
    setChosen(place)
    setWanted(undefined)
  }

  const nameOf = ({ layer, neuron }: Place) => {
    if (layer < last) return texts.hiddenNeuron(layer + 1, neuron + 1, last)
    return texts.outputNeuron(classNameOf(shape, neuron) ?? String(neuron + 1))
  }
  const sourceName = chosen.layer > 0 ? nameOf({ layer: chosen.layer - 1, neuron: from }) : inputNameOf(from)
  function inputNameOf(input: number): string {
    const { picture, inputNames } = shape
    if (picture) return texts.pixel(Math.floor(input / picture.width) + 1, (input % picture.width) + 1)
    return inputNames?.[input] ?? texts.input(input + 1)
  }
  const step = steps[at]
  const difference = useMemo(() => differenceFromEquations(lesson), [lesson])
  const desired = lesson.example.label === undefined ? undefined : shape.classes?.[lesson.example.label]

  return (
    <>
      <StepBar steps={steps} at={at} lesson={lesson} shape={shape} onMove={setAt} />
      <p>
        {desired === undefined
          ? texts.cost(numberText(lesson.cost))
          : (isShuffled ? texts.shuffled : texts.desired)(desired, numberText(lesson.cost))}
      </p>
      <div class="lecture">
        <figure class="lecture-network">
          <NetworkDiagram
            lesson={lesson}
            shape={shape}
            step={step}
            chosen={chosen}
            from={from}
            nameOf={nameOf}
            onChoose={choose}
            theme={theme}
          />
          <figcaption>
            <Legend />
          </figcaption>
        </figure>
        <div class="lecture-numbers">
          <Chooser
            lesson={lesson}
            shape={shape}
            chosen={chosen}
            from={from}
            onChoose={choose}
            onChooseFrom={setWanted}
          />
          <Equations
            lesson={lesson}
            shape={shape}
            nameOf={nameOf}
            chosen={chosen}
            from={from}
            sourceName={sourceName}
            step={step}
          />
        </div>
      </div>
      {chosen.layer === 0 && shape.picture && (
        <SlopePicture
          slopes={slopes}
          picture={shape.picture}
          palette={palette}
          theme={theme}
          from={from}
          title={texts.slopePicture(nameOf(chosen))}
        />
      )}
      <p class="quiet">{texts.checked(numberText(difference, 2))}</p>
      <NeuronTable layer={layer} place={chosen} nameOf={nameOf} />
    </>
  )
}

/** A single output speaks for the second class. */
function classNameOf({ classes, layers }: Shape, neuron: number): string | undefined {
  return classes?.[layers.at(-1) === 1 ? 1 : neuron]
}

function Legend() {
  const texts = useTexts().backpropagation
  return (
    <ul class="legend lecture-legend">
      <li>
        <svg width="22" height="22" aria-hidden="true">
          <circle class="neuron-body" cx="11" cy="11" r="9" />
          <circle class="neuron-light" cx="11" cy="11" r="7.5" fill-opacity="0.8" />
        </svg>
        {texts.legendActivation}
      </li>
      <li>
        <svg width="32" height="22" aria-hidden="true">
          <g class="neuron-error is-positive">
            <circle cx="11" cy="11" r="8" stroke-width="3" />
            <path d="M27 4V18m-3 -3l3 3l3 -3" stroke-width="1.5" />
          </g>
        </svg>
        {texts.legendTooBright}
      </li>
      <li>
        <svg width="32" height="22" aria-hidden="true">
          <g class="neuron-error is-negative">
            <circle cx="11" cy="11" r="8" stroke-width="3" />
            <path d="M27 18V4m-3 3l3 -3l3 3" stroke-width="1.5" />
          </g>
        </svg>
        {texts.legendTooDark}
      </li>
      <li>
        <svg width="32" height="22" aria-hidden="true">
          <g class="diagram-lines">
            <line class="is-positive" x1="2" x2="30" y1="7" y2="7" stroke-width="2.5" />
            <line class="is-negative" x1="2" x2="30" y1="15" y2="15" stroke-width="2.5" />
          </g>
        </svg>
        {texts.legendLines}
      </li>
    </ul>
  )
}
