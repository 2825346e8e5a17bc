import type { ComponentChildren } from 'preact'
import { useMemo } from 'preact/hooks'
import { slopeAt, weightedSum } from '#src/see/neuron'
import type { Shape } from '#src/see/protocol'
import { useTexts } from '../../texts/texts.js'
import { type Lesson, type Place, strongest } from './lesson.js'
import { Formula, Indexed, Num, NumberLine, Op, Piece, Slope, SlopeOfCost } from './math.js'
import type { Step } from './steps.js'

interface EquationProps {
  readonly lesson: Lesson
  readonly shape: Shape
  readonly nameOf: (place: Place) => string
}

/**
 * The four equations with their numbers for the chosen neuron and the chosen weight. BP1 is about an output and BP2
 * about a hidden neuron. So one of the two is about a neighbor of the chosen neuron.
 */
export function Equations({
  chosen,
  from,
  sourceName,
  step,
  ...common
}: EquationProps & {
  readonly chosen: Place
  /** The number of the chosen weight's input in the layer before. */
  readonly from: number
  readonly sourceName: string
  readonly step: Step
}) {
  const last = common.lesson.layers.length - 1
  const output = chosen.layer === last ? chosen.neuron : strongest(common.lesson.layers[last].delta)
  const hidden = chosen.layer < last ? chosen : { layer: last - 1, neuron: from }
  const isBackward = step.kind === 'backward'
  return (
    <div class="equations">
      <Forward {...common} place={chosen} isNow={step.kind === 'forward' && step.layer === chosen.layer} />
      <OutputError {...common} place={{ layer: last, neuron: output }} isNow={isBackward && step.layer === last} />
      {last > 0 && <HiddenError {...common} place={hidden} isNow={isBackward && step.layer === hidden.layer} />}
      <BiasSlope {...common} place={chosen} isNow={step.kind === 'slopes'} />
      <WeightSlope {...common} place={chosen} from={from} sourceName={sourceName} isNow={step.kind === 'slopes'} />
    </div>
  )
}

interface CardProps extends EquationProps {
  readonly place: Place
  readonly isNow: boolean
}

function Card({
  name,
  sentence,
  about,
  isNow,
  children,
}: {
  readonly name: string
  readonly sentence: string
  readonly about: string
  readonly isNow: boolean
  readonly children: ComponentChildren
}) {
  return (
    <section class={`equation ${isNow ? 'is-now' : ''}`}>
      <div>
        <h2>{name}</h2>
        <p>{sentence}</p>
        <p class="quiet">{about}</p>
      </div>
      <div>{children}</div>
    </section>
  )
}

/** z = sum of w a + b, and a = f(z). */
function Forward({ lesson, shape, nameOf, place, isNow }: CardProps) {
  const texts = useTexts().backpropagation
  const { inputs, from, weights, biases, z, a } = lesson.layers[place.layer]
  const row = weights.subarray(place.neuron * inputs, (place.neuron + 1) * inputs)
  const sum = useMemo(() => weightedSum(row, from, shape.dtype), [row, from, shape.dtype])
  return (
    <Card
      name={texts.forward}
      sentence={texts.forwardSentence(shape.activations[place.layer])}
      about={nameOf(place)}
      isNow={isNow}
    >
      <Formula>
        <Indexed name="z" below="j" above="l" />
        <Op>=</Op>
        <munder>
          <mo>∑</mo>
          <mi>k</mi>
        </munder>
        <Indexed name="w" below="jk" above="l" />
        <Indexed name="a" below="k" above="l−1" />
        <Op>+</Op>
        <Indexed name="b" below="j" above="l" />
      </Formula>
      <NumberLine>
        <Piece>
          <Op>=</Op>
          <Num value={sum} />
        </Piece>
        <Piece>
          <Op>+</Op>
          <Num value={biases[place.neuron]} inner />
        </Piece>
        <Piece>
          <Op>=</Op>
          <Num value={z[place.neuron]} />
        </Piece>
      </NumberLine>
      <Formula>
        <Indexed name="a" below="j" above="l" />
        <Op>=</Op>
        <mi>f</mi>
        <mrow>
          <Op>(</Op>
          <Indexed name="z" below="j" above="l" />
          <Op>)</Op>
        </mrow>
        <Op>=</Op>
        <Num value={a[place.neuron]} />
      </Formula>
    </Card>
  )
}

/** BP1. With the cross-entropy, the slope of the activation cancels. */
function OutputError({ lesson, shape, nameOf, place, isNow }: CardProps) {
  const texts = useTexts().backpropagation
  const { z, a, delta } = lesson.layers[place.layer]
  const activation = shape.activations[place.layer]
  const cancels = shape.cost === 'cross-entropy'
  const hasSlope = shape.cost === 'quadratic' && activation !== 'softmax' && activation !== 'step'
  const target = lesson.targets[place.neuron]
  return (
    <Card name="BP1" sentence={cancels ? texts.bp1CrossEntropy : texts.bp1Sentence} about={nameOf(place)} isNow={isNow}>
      <Formula>
        <Indexed name="δ" below="j" above="L" />
        <Op>=</Op>
        <SlopeOfCost>
          <Indexed name="a" below="j" above="L" />
        </SlopeOfCost>
        <Slope />
        <mrow>
          <Op>(</Op>
          <Indexed name="z" below="j" above="L" />
          <Op>)</Op>
        </mrow>
        {cancels && (
          <>
            <Op>=</Op>
            <Indexed name="a" below="j" above="L" />
            <Op>−</Op>
            <msub>
              <mi>y</mi>
              <mi>j</mi>
            </msub>
          </>
        )}
      </Formula>
      <NumberLine>
        {(cancels || hasSlope) && (
          <Piece>
            <Op>=</Op>
            <mrow>
              {hasSlope && <Op>(</Op>}
              <Num value={a[place.neuron]} />
              <Op>−</Op>
              <Num value={target} inner />
              {hasSlope && <Op>)</Op>}
            </mrow>
          </Piece>
        )}
        {hasSlope && (
          <Piece>
            <Op>×</Op>
            <Num value={slopeAt(activation, z[place.neuron], shape.dtype)} inner />
          </Piece>
        )}
        <Piece>
          <Op>=</Op>
          <Num value={delta[place.neuron]} />
        </Piece>
      </NumberLine>
    </Card>
  )
}

/** BP2. The weighted errors of the next layer, times the slope of the activation. */
function HiddenError({ lesson, shape, nameOf, place, isNow }: CardProps) {
  const texts = useTexts().backpropagation
  const { z, delta } = lesson.layers[place.layer]
  const next = lesson.layers[place.layer + 1]
  const column = useMemo(
    () => Array.from(next.delta, (_, k) => next.weights[k * next.inputs + place.neuron]),
    [next, place.neuron],
  )
  const sum = useMemo(() => weightedSum(column, next.delta, shape.dtype), [column, next, shape.dtype])
  const activation = shape.activations[place.layer]
  const hasSlope = activation !== 'softmax' && activation !== 'step'
  return (
    <Card name="BP2" sentence={texts.bp2Sentence} about={nameOf(place)} isNow={isNow}>
      <Formula>
        <Indexed name="δ" below="j" above="l" />
        <Op>=</Op>
        <munder>
          <mo>∑</mo>
          <mi>k</mi>
        </munder>
        <Indexed name="w" below="kj" above="l+1" />
        <Indexed name="δ" below="k" above="l+1" />
        <Op>·</Op>
        <Slope />
        <mrow>
          <Op>(</Op>
          <Indexed name="z" below="j" above="l" />
          <Op>)</Op>
        </mrow>
      </Formula>
      <NumberLine>
        {hasSlope && (
          <>
            <Piece>
              <Op>=</Op>
              <Num value={sum} />
            </Piece>
            <Piece>
              <Op>×</Op>
              <Num value={slopeAt(activation, z[place.neuron], shape.dtype)} inner />
            </Piece>
          </>
        )}
        <Piece>
          <Op>=</Op>
          <Num value={delta[place.neuron]} />
        </Piece>
      </NumberLine>
    </Card>
  )
}

/** BP3. */
function BiasSlope({ lesson, nameOf, place, isNow }: CardProps) {
  const texts = useTexts().backpropagation
  const { biasSlopes } = lesson.layers[place.layer]
  return (
    <Card name="BP3" sentence={texts.bp3Sentence} about={nameOf(place)} isNow={isNow}>
      <Formula>
        <SlopeOfCost>
          <Indexed name="b" below="j" above="l" />
        </SlopeOfCost>
        <Op>=</Op>
        <Indexed name="δ" below="j" above="l" />
        <Op>=</Op>
        <Num value={biasSlopes[place.neuron]} />
      </Formula>
    </Card>
  )
}

/** BP4. */
function WeightSlope({
  lesson,
  nameOf,
  place,
  from,
  sourceName,
  isNow,
}: CardProps & {
  readonly from: number
  readonly sourceName: string
}) {
  const texts = useTexts().backpropagation
  const layer = lesson.layers[place.layer]
  return (
    <Card name="BP4" sentence={texts.bp4Sentence} about={texts.weightFrom(sourceName, nameOf(place))} isNow={isNow}>
      <Formula>
        <SlopeOfCost>
          <Indexed name="w" below="jk" above="l" />
        </SlopeOfCost>
        <Op>=</Op>
        <Indexed name="a" below="k" above="l−1" />
        <Indexed name="δ" below="j" above="l" />
      </Formula>
      <NumberLine>
        <Piece>
          <Op>=</Op>
          <Num value={layer.from[from]} />
        </Piece>
        <Piece>
          <Op>×</Op>
          <Num value={layer.delta[place.neuron]} inner />
        </Piece>
        <Piece>
          <Op>=</Op>
          <Num value={layer.weightSlopes[place.neuron * layer.inputs + from]} />
        </Piece>
      </NumberLine>
    </Card>
  )
}
