import type { Connection, State } from '#src/see/protocol'
import { useAnswer } from '../../parts/use-latest.js'
import { NumberPicture } from '../../pictures/number-picture.js'
import { formatNumber } from '../../texts/numbers.js'
import { useTexts } from '../../texts/texts.js'
import { inks, type Theme } from '../../theme.js'

/** The nine test examples that give a neuron its highest activations. */
export function Brightest({
  connection,
  state,
  layer,
  neuron,
  theme,
}: {
  connection: Connection
  state: State
  layer: number
  neuron: number
  theme: Theme
}) {
  const { neurons: texts, page } = useTexts()
  const { shape, session, phase, epochs, position } = state
  // While the network learns, the answer is renewed after each epoch.
  const when = phase === 'learning' ? `epoch ${epochs.at(-1)?.number}` : `batch ${position.batches}`
  const key = `${session} ${shape.layers.join('-')} ${layer} ${neuron} ${when}`
  const { value, problem } = useAnswer(connection, 'brightest', { layer, neuron }, key)
  const number = (value: number) => formatNumber(value, page.locale, { maximumSignificantDigits: 3 })
  if (problem) return <p role="alert">{problem}</p>
  return (
    <ul class={shape.picture ? 'brightest' : 'brightest has-rows'}>
      {value?.examples.map(({ index, label, inputs }, place) => {
        const name = label === undefined ? texts.row(String(index + 1)) : (shape.classes?.[label] ?? String(label))
        return (
          <li key={index}>
            {shape.picture && (
              <NumberPicture
                values={inputs}
                width={shape.picture.width}
                height={shape.picture.height}
                limit={1}
                colors={inks[theme]}
                theme={theme}
                label=""
              />
            )}
            <span>{texts.brightestItem(name, number(value.activations[place]))}</span>
          </li>
        )
      })}
    </ul>
  )
}
