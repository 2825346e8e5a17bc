import { useMemo, useState } from 'preact/hooks'
import { classificationMetrics } from '#src/common'
import { confusionRows } from '#src/drawing/confusion'
import type { AnswerOf, Connection, Shape } from '#src/see/protocol'
import { useTexts } from '../../texts/texts.js'
import type { Theme } from '../../theme.js'
import { ConfusionTable } from './confusion-table.js'
import { MistakeList } from './mistake-list.js'

/** A cell of the confusion table. */
export interface Cell {
  readonly label: number
  readonly answer: number
}

/** The confusion table, and beside it the mistakes of the cell that is open, or all mistakes. */
export function Classification({
  connection,
  shape,
  evaluation,
  theme,
}: {
  readonly connection: Connection
  readonly shape: Shape
  readonly evaluation: AnswerOf<'evaluation'>
  readonly theme: Theme
}) {
  const texts = useTexts().mistakes
  const [open, setOpen] = useState<Cell | undefined>(undefined)
  const confusion = useMemo(() => confusionRows(evaluation.confusion ?? []), [evaluation])
  const metrics = useMemo(() => classificationMetrics(confusion), [confusion])
  const classes = confusion.map((_, label) => shape.classes?.[label] ?? String(label))
  const mistakes = evaluation.mistakes.filter(
    ({ label, answer }) => !open || (label === open.label && answer === open.answer),
  )
  const count = open
    ? (confusion[open.label]?.[open.answer] ?? 0)
    : evaluation.rows - confusion.reduce((sum, row, label) => sum + row[label], 0)
  return (
    <div class="mistakes-parts">
      <ConfusionTable confusion={confusion} classes={classes} metrics={metrics} open={open} onOpen={setOpen} />
      <section class="mistakes-opened" aria-live="polite">
        <h2>{open ? texts.cell(classes[open.label], classes[open.answer], count) : texts.all(count)}</h2>
        {open && (
          <button type="button" onClick={() => setOpen(undefined)}>
            {texts.showAll}
          </button>
        )}
        <MistakeList
          key={open ? `${open.label} ${open.answer}` : 'all'}
          connection={connection}
          shape={shape}
          classes={classes}
          mistakes={mistakes}
          count={count}
          isRight={open !== undefined && open.label === open.answer}
          evaluation={evaluation}
          theme={theme}
        />
      </section>
    </div>
  )
}
