import { numberText } from '#src/drawing/number-text'
import type { Connection, Mistake, Shape } from '#src/see/protocol'
import { useAnswer } from '../../parts/use-latest.js'
import { useTexts } from '../../texts/texts.js'

/** The largest number of inputs that are shown of a row. */
const maxInputs = 50

/** Mistakes whose inputs are no pictures: the numbers of each row by the names of the inputs. */
export function MistakeRows({
  connection,
  shape,
  classes,
  mistakes,
}: {
  readonly connection: Connection
  readonly shape: Shape
  readonly classes: readonly string[]
  readonly mistakes: readonly Mistake[]
}) {
  const texts = useTexts().mistakes
  const inputs = Array.from(
    { length: Math.min(shape.inputs, maxInputs) },
    (_, input) => shape.inputNames?.[input] ?? texts.input(input + 1),
  )
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls must be reached by the keyboard
    <section class="mistake-rows" tabIndex={0} aria-label={texts.rowsLabel}>
      <table>
        <thead>
          <tr>
            <th scope="col">{texts.rowNumber}</th>
            <th scope="col">{texts.label}</th>
            <th scope="col">{texts.answer}</th>
            <th scope="col">{texts.sureness}</th>
            {inputs.map((name) => (
              <th key={name} scope="col">
                <bdi>{name}</bdi>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {mistakes.map((mistake) => (
            <MistakeRow
              key={mistake.index}
              connection={connection}
              classes={classes}
              mistake={mistake}
              inputs={inputs}
            />
          ))}
        </tbody>
      </table>
      {shape.inputs > maxInputs && <p class="quiet">{texts.moreInputs(maxInputs, shape.inputs)}</p>}
    </section>
  )
}

function MistakeRow({
  connection,
  classes,
  mistake,
  inputs,
}: {
  readonly connection: Connection
  readonly classes: readonly string[]
  readonly mistake: Mistake
  readonly inputs: readonly string[]
}) {
  const { index, label, answer, sureness } = mistake
  const example = useAnswer(connection, 'example', { set: 'test', index }, `${index}`).value
  return (
    <tr>
      <th scope="row">{index}</th>
      <td>
        <bdi>{classes[label]}</bdi>
      </td>
      <td>
        <bdi>{classes[answer]}</bdi>
      </td>
      <td>{numberText(sureness)}</td>
      {inputs.map((name, input) => (
        <td key={name}>{example ? numberText(example.inputs[input]) : ''}</td>
      ))}
    </tr>
  )
}
