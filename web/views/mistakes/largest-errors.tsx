import { numberText } from '#src/drawing/number-text'
import type { AnswerOf, Shape } from '#src/see/protocol'
import { useTexts } from '../../texts/texts.js'

/** The rows with the largest errors of a network that computes numbers, not classes. */
export function LargestErrors({
  shape,
  evaluation,
}: {
  readonly shape: Shape
  readonly evaluation: AnswerOf<'evaluation'>
}) {
  const texts = useTexts().mistakes
  const outputs = shape.layers.at(-1) ?? 1
  const nameOf = (output: number) => (outputs === 1 ? '' : ` ${output + 1}`)
  const largest = evaluation.errors.reduce((most, { error }) => Math.max(most, Math.abs(error)), 0)
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls must be reached by the keyboard
    <section class="mistake-rows" tabIndex={0} aria-label={texts.errorsLabel}>
      <p class="quiet">{texts.errorsCaption}</p>
      <table>
        <thead>
          <tr>
            <th scope="col">{texts.rowNumber}</th>
            <th scope="col">{texts.outputColumn}</th>
            <th scope="col">{texts.target}</th>
            <th scope="col">{texts.error}</th>
          </tr>
        </thead>
        <tbody>
          {evaluation.errors.map(({ index, output, value, target, error }) => (
            <tr key={`${index} ${output}`}>
              <th scope="row">
                {index}
                {nameOf(output)}
              </th>
              <td>{numberText(value)}</td>
              <td>{numberText(target)}</td>
              <td>
                <span
                  class={`error-bar ${error < 0 ? 'is-negative' : 'is-positive'}`}
                  style={{ '--length': largest > 0 ? (Math.abs(error) / largest).toFixed(3) : '0' }}
                  aria-hidden="true"
                />{' '}
                {numberText(error)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
