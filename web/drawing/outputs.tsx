import { useMemo } from 'preact/hooks'
import type { FloatArray } from '#src/index'
import type { Shape } from '#src/see/protocol'
import { numberFormat } from '../texts/numbers.js'
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
  const { outputs: texts } = useTexts()
  const { classes } = shape
  const answer = isLit ? reading?.answer : undefined
  const name = answer === undefined ? '–' : (classes?.[answer] ?? '–')
  // A move of the pen changes the inputs before there is a reading of them, and the bars only with the reading.
  const bars = useMemo(
    () => <OutputBars shape={shape} values={isLit ? reading?.layers.at(-1)?.a : undefined} answer={answer} />,
    [shape, reading, isLit, answer],
  )
  return (
    <div class="outputs">
      {classes && (
        // The answer is not spoken while the network reads a later drawing.
        <p
          class="answer"
          role="status"
          aria-busy={reading?.asked !== inputs}
          style={{ fontSize: `${answerSize(name)}px` }}
        >
          <span class="spoken">{texts.answer} </span>
          <output data-test="answer">{name}</output>
        </p>
      )}
      {bars}
    </div>
  )
}

/** The size of the letters of an answer in pixels. Long names are smaller, so that a word fits the card. */
function answerSize(name: string): number {
  // Chinese characters are about twice as wide as Latin letters.
  const width = [...name].reduce((sum, letter) => sum + (letter > '\u2e7f' ? 1 : 0.62), 0)
  return Math.max(20, Math.min(96, Math.floor(190 / width)))
}

function OutputBars({
  shape: { layers, classes },
  values: given,
  answer,
}: {
  shape: Shape
  values: FloatArray | undefined
  answer: number | undefined
}) {
  const { outputs: texts, page } = useTexts()
  const outputs = layers[layers.length - 1]
  const values = given?.length === outputs ? given : new Float32Array(outputs)
  const limit = Math.max(1, ...Array.from(values, Math.abs))
  // A single output stands for class 1 of two.
  const classOf = (output: number) => (outputs === 1 ? 1 : output)
  const nameOf = (output: number) => classes?.[classOf(output)] ?? `${texts.output}\u00a0${output + 1}`
  const format = numberFormat(page.locale, { minimumFractionDigits: 3, maximumFractionDigits: 3 })
  return (
    <table class="output-bars">
      <caption class="spoken">{texts.title}</caption>
      <tbody>
        {Array.from(values, (value, output) => (
          <tr key={output} class={classOf(output) === answer ? 'is-answer' : ''}>
            <th scope="row">{nameOf(output)}</th>
            <td class="output-bar">
              <span
                class={value < 0 ? 'bar is-negative' : 'bar'}
                style={{ width: `${(100 * Math.abs(value)) / limit}%` }}
              />
            </td>
            <td class="number">{format.format(value)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
