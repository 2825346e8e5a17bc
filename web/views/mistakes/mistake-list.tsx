import { useState } from 'preact/hooks'
import type { AnswerOf, Connection, Mistake, Shape } from '#src/see/protocol'
import { useTexts } from '../../texts/texts.js'
import type { Theme } from '../../theme.js'
import { MistakeCard } from './mistake-card.js'
import { MistakeRows } from './mistake-rows.js'

/** The number of mistakes that are shown at first, and that a click adds. */
const page = 12

/** Mistakes, the surest first: as pictures, or as rows of numbers. */
export function MistakeList({
  connection,
  shape,
  classes,
  mistakes,
  count,
  isRight,
  evaluation,
  theme,
}: {
  readonly connection: Connection
  readonly shape: Shape
  readonly classes: readonly string[]
  readonly mistakes: readonly Mistake[]
  /** The number of mistakes that there are. Only the surest of all cells are in the list. */
  readonly count: number
  readonly isRight: boolean
  readonly evaluation: AnswerOf<'evaluation'>
  readonly theme: Theme
}) {
  const texts = useTexts().mistakes
  const [limit, setLimit] = useState(page)
  const { picture } = shape
  if (isRight) return <p>{texts.rightCell}</p>
  if (count === 0) return <p>{texts.emptyCell}</p>
  const shown = mistakes.slice(0, limit)
  return (
    <>
      <p class="quiet">{texts.shown(shown.length, count)}</p>
      {picture ? (
        <>
          <p class="quiet">{texts.barsLegend}</p>
          <ul class="mistake-cards">
            {shown.map((mistake) => (
              <MistakeCard
                key={mistake.index}
                connection={connection}
                picture={picture}
                classes={classes}
                mistake={mistake}
                evaluation={evaluation}
                theme={theme}
              />
            ))}
          </ul>
        </>
      ) : (
        <MistakeRows connection={connection} shape={shape} classes={classes} mistakes={shown} />
      )}
      {shown.length < mistakes.length && (
        <button type="button" onClick={() => setLimit(limit + page)}>
          {texts.more}
        </button>
      )}
      {shown.length === mistakes.length && mistakes.length < count && <p class="quiet">{texts.notKept}</p>}
    </>
  )
}
