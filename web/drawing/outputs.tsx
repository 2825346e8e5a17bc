import type { Shape } from '#src/see/protocol'
import { formatNumber } from '../texts/numbers.js'
import { useTexts } from '../texts/texts.js'
import type { Reading } from './use-activations.js'
import './outputs.css'

/** The activations of the outputs for some inputs as bars with numbers, and the answer. */
export function Outputs({
  shape,
  inputs,
  reading,
  isLit,
}: {
  shape: Shape
  inputs: Float32Array | undefined
  reading: Reading | undefined
  isLit: boolean
}) {
  const { outputs: texts, page } = useTexts()
  const last = reading?.layers.at(-1)?.a
  const outputs = shape.layers[shape.layers.length - 1]
  const values = isLit && last?.length === outputs ? last : new Float32Array(outputs)
  const limit = Math.max(1, ...Array.from(values, Math.abs))
  const answer = isLit ? reading?.answer : undefined
  const { classes } = shape
  const nameOf = (output: number) => classes?.[outputs === 1 ? 1 : output] ?? `${texts.output} ${output + 1}`
  return (
    <div class="outputs">
      {classes && (
        // The answer is not spoken while the network reads a later drawing.
        <p class="answer" role="status" aria-busy={reading?.asked !== inputs}>
          <span class="spoken">{texts.answer} </span>
          <output data-test="answer">{answer === undefined ? '–' : classes[answer]}</output>
        </p>
      )}
      <table class="output-bars">
        <caption class="spoken">{texts.title}</caption>
        <tbody>
          {Array.from(values, (value, output) => (
            <tr key={output} class={output === answer ? 'is-answer' : ''}>
              <th scope="row">{nameOf(output)}</th>
              <td class="output-bar">
                <span
                  class={value < 0 ? 'bar is-negative' : 'bar'}
                  style={{ width: `${(100 * Math.abs(value)) / limit}%` }}
                />
              </td>
              <td class="number">
                {formatNumber(value, page.locale, { minimumFractionDigits: 3, maximumFractionDigits: 3 })}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
