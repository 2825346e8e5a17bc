import { numberText } from '#src/drawing/number-text'
import { useTexts } from '../../texts/texts.js'

/** The largest number of bars. If there are more classes, the brightest are shown. */
const maxBars = 10

/** The outputs of a network for one picture as bars, with the right class and the given answer in their colors. */
export function Thought({
  outputs,
  classes,
  label,
  answer,
}: {
  readonly outputs: ArrayLike<number>
  readonly classes: readonly string[]
  readonly label: number
  readonly answer: number
}) {
  const texts = useTexts().mistakes
  const bars = brightest(outputs)
  const full = bars.reduce((most, { value }) => Math.max(most, value), 1)
  return (
    <div class="thought">
      <div class="thought-bars" aria-hidden="true">
        {bars.map(({ output, value }) => (
          <span key={output} class={`thought-bar ${kindOf(output, label, answer)}`}>
            <span class="thought-track">
              <span class="thought-fill" style={{ '--height': Math.max(0, value / full).toFixed(3) }} />
            </span>
            <bdi>{nameOf(output, outputs.length, classes)}</bdi>
          </span>
        ))}
      </div>
      <details>
        <summary>{texts.numbers}</summary>
        <table>
          <thead>
            <tr>
              <th scope="col">{texts.output}</th>
              <th scope="col">{texts.activation}</th>
            </tr>
          </thead>
          <tbody>
            {bars.map(({ output, value }) => (
              <tr key={output}>
                <th scope="row">
                  <bdi>{nameOf(output, outputs.length, classes)}</bdi>
                </th>
                <td>{numberText(value)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </div>
  )
}

function brightest(outputs: ArrayLike<number>): { output: number; value: number }[] {
  const all = Array.from(outputs, (value, output) => ({ output, value }))
  if (all.length <= maxBars) return all
  return all.sort((a, b) => b.value - a.value).slice(0, maxBars)
}

/** A single output speaks for the second class. */
function nameOf(output: number, outputs: number, classes: readonly string[]): string {
  return classes[outputs === 1 ? 1 : output]
}

function kindOf(output: number, label: number, answer: number): string {
  if (output === label) return 'is-label'
  return output === answer ? 'is-answer' : ''
}
