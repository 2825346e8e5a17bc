import { useState } from 'preact/hooks'
import { numberText } from '#src/drawing/number-text'
import type { AnswerOf } from '#src/see/protocol'
import { useAnswer } from '../../parts/use-latest.js'
import { formatNumber, formatShare } from '../../texts/numbers.js'
import { useTexts } from '../../texts/texts.js'
import type { ViewProps } from '../../view.js'
import { Classification } from './classification.js'
import { LargestErrors } from './largest-errors.js'
import './mistakes.css'

/** View 4: the confusion table and the surest mistakes, or the largest errors of a network that does not classify. */
export function MistakesView({ connection, state, theme }: ViewProps) {
  const { mistakes: texts, page } = useTexts()
  const [evaluations, setEvaluations] = useState(0)
  const {
    value: answer,
    problem,
    isWorking,
  } = useAnswer(connection, 'evaluation', {}, evaluationKey(state, evaluations))
  const isLearning = state.phase === 'learning'
  const resultText = ({ accuracy, rows, cost }: AnswerOf<'evaluation'>) =>
    accuracy === undefined
      ? texts.result(formatNumber(rows, page.locale), numberText(cost))
      : texts.right(formatShare(accuracy, page.locale), formatNumber(rows, page.locale), numberText(cost))
  return (
    <div class="mistakes">
      <p class="view-sentence">{texts.sentence}</p>
      <p class="mistakes-result" aria-live="polite">
        {answer && resultText(answer)} {isLearning && <span>{texts.betweenEpochs}</span>}
      </p>
      <p>
        <button type="button" onClick={() => setEvaluations(evaluations + 1)} aria-disabled={isWorking}>
          {texts.evaluate}
        </button>
      </p>
      {problem && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      {answer?.confusion && (
        <Classification connection={connection} shape={state.shape} evaluation={answer} theme={theme} />
      )}
      {answer && !answer.confusion && <LargestErrors shape={state.shape} evaluation={answer} />}
    </div>
  )
}

/** The evaluation is asked for again when this is another: after each epoch of a run, and after each step of a pause. */
function evaluationKey({ session, phase, position, epochs, shape, settings }: ViewProps['state'], evaluations: number) {
  const moment = phase === 'learning' ? `epoch ${epochs.at(-1)?.number}` : `batch ${position.batches} ${epochs.length}`
  return [session, moment, shape.parameters, shape.layers, JSON.stringify(settings), evaluations].join(' ')
}
