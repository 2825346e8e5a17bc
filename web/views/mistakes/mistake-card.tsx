import { numberText } from '#src/drawing/number-text'
import type { AnswerOf, Connection, Mistake } from '#src/see/protocol'
import { useAnswer } from '../../parts/use-latest.js'
import { NumberPicture } from '../../pictures/number-picture.js'
import { useTexts } from '../../texts/texts.js'
import { inks, type Theme } from '../../theme.js'
import { Thought } from './thought.js'

/** The picture of a mistake, and what the network thought of it. */
export function MistakeCard({
  connection,
  picture,
  classes,
  mistake,
  evaluation,
  theme,
}: {
  readonly connection: Connection
  readonly picture: { readonly width: number; readonly height: number }
  readonly classes: readonly string[]
  readonly mistake: Mistake
  readonly evaluation: AnswerOf<'evaluation'>
  readonly theme: Theme
}) {
  const texts = useTexts().mistakes
  const { index, label, answer, sureness } = mistake
  const example = useAnswer(connection, 'example', { set: 'test', index }, `${index}`).value
  const thought = useThought(connection, example?.inputs, evaluation)
  const names = [classes[label], classes[answer]] as const
  return (
    <li class="mistake-card">
      <figure>
        <div class="mistake-frame">
          {example && (
            <NumberPicture
              {...picture}
              values={example.inputs}
              limit={1}
              colors={inks[theme]}
              theme={theme}
              label={texts.pictureLabel(index, ...names)}
            />
          )}
        </div>
        {thought && <Thought outputs={thought} classes={classes} label={label} answer={answer} />}
        <figcaption>
          {texts.card(...names, numberText(sureness))} <span class="quiet">{texts.row(index)}</span>
        </figcaption>
      </figure>
    </li>
  )
}

/** Asks what the outputs are for some inputs, again after each evaluation. */
function useThought(connection: Connection, inputs: Float32Array | undefined, evaluation: AnswerOf<'evaluation'>) {
  const key = `${evaluation.cost}`
  return useAnswer(connection, 'activations', inputs && { inputs }, key).value?.layers.at(-1)?.a
}
