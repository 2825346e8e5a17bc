import type { Shape } from '#src/see/protocol'
import { useTexts } from '../../texts/texts.js'
import type { Lesson } from './lesson.js'
import type { Step } from './steps.js'

/** The steps as buttons in their order, a button back and one onward, and a sentence on the step that is shown. */
export function StepBar({
  steps,
  at,
  lesson,
  shape,
  onMove,
}: {
  readonly steps: readonly Step[]
  readonly at: number
  readonly lesson: Lesson
  readonly shape: Shape
  readonly onMove: (at: number) => void
}) {
  const texts = useTexts().backpropagation
  const last = lesson.layers.length - 1
  const nameOf = (step: Step): string => {
    if (step.kind === 'inputs') return texts.stepInputs
    if (step.kind === 'slopes') return texts.stepSlopes
    const layer = step.layer === last ? texts.outputLayer : texts.hiddenLayer(step.layer + 1, last)
    return step.kind === 'forward' ? `${layer} →` : `← ${layer}`
  }
  const sentenceOf = (step: Step): string => {
    if (step.kind === 'inputs') return texts.sentenceInputs(shape.inputs)
    if (step.kind === 'slopes') return texts.sentenceSlopes(shape.parameters.toLocaleString())
    const neurons = lesson.layers[step.layer].outputs
    if (step.kind === 'forward') return step.layer === last ? texts.sentenceOutput : texts.sentenceForward(neurons)
    return step.layer === last ? texts.sentenceOutputError : texts.sentenceError(neurons)
  }
  return (
    <div class="step-bar">
      <div class="buttons">
        <button type="button" aria-disabled={at === 0} onClick={() => onMove(Math.max(0, at - 1))}>
          {texts.back}
        </button>
        <button
          type="button"
          aria-disabled={at === steps.length - 1}
          onClick={() => onMove(Math.min(steps.length - 1, at + 1))}
        >
          {texts.onward}
        </button>
        <ol>
          {steps.map((step, index) => (
            <li key={nameOf(step)}>
              <button
                type="button"
                class={`step ${step.kind === 'backward' ? 'is-backward' : ''}`}
                aria-current={index === at ? 'step' : undefined}
                onClick={() => onMove(index)}
              >
                {nameOf(step)}
              </button>
            </li>
          ))}
        </ol>
      </div>
      <p class="step-sentence" aria-live="polite">
        {texts.stepOf(at + 1, steps.length)} {sentenceOf(steps[at])}
      </p>
    </div>
  )
}
