import { useMemo, useRef, useState } from 'preact/hooks'
import type { ClassificationMetrics } from '#src/common'
import { type ConfusionCell, confusionColors } from '#src/drawing/confusion'
import { formatShare } from '../../texts/numbers.js'
import { useTexts } from '../../texts/texts.js'
import type { Cell } from './classification.js'

/**
 * The confusion table: a row for each label, a column for each answer, with the sums, the precision and the recall.
 * Arrow keys move between the cells, and Enter opens one.
 */
export function ConfusionTable({
  confusion,
  classes,
  metrics,
  open,
  onOpen,
}: {
  readonly confusion: readonly (readonly number[])[]
  readonly classes: readonly string[]
  readonly metrics: ClassificationMetrics
  readonly open: Cell | undefined
  readonly onOpen: (cell: Cell) => void
}) {
  const { mistakes: texts, page } = useTexts()
  const { cells, largestWrong } = useMemo(() => confusionColors(confusion), [confusion])
  const table = useRef<HTMLTableElement>(null)
  const [focused, setFocused] = useState<Cell>({ label: 0, answer: 0 })
  const last = classes.length - 1
  const tabStop = { label: Math.min(focused.label, last), answer: Math.min(focused.answer, last) }

  const moveTo = (label: number, answer: number) => {
    const cell = { label: clamp(label, last), answer: clamp(answer, last) }
    setFocused(cell)
    table.current?.querySelector<HTMLElement>(`[data-cell="${cell.label} ${cell.answer}"]`)?.focus()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const { label, answer } = tabStop
    const moves: Record<string, () => void> = {
      ArrowLeft: () => moveTo(label, answer - 1),
      ArrowRight: () => moveTo(label, answer + 1),
      ArrowUp: () => moveTo(label - 1, answer),
      ArrowDown: () => moveTo(label + 1, answer),
      Home: () => moveTo(label, 0),
      End: () => moveTo(label, last),
    }
    const move = Object.hasOwn(moves, event.key) ? moves[event.key] : undefined
    if (!move || event.altKey || event.ctrlKey || event.metaKey) return
    event.preventDefault()
    move()
  }

  return (
    <figure class="confusion">
      <figcaption>
        {texts.tableCaption} {texts.tableKeys}
      </figcaption>
      <div class="confusion-scroll">
        {/* biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a grid is a table whose cells are reached by arrow keys */}
        <table ref={table} role="grid" aria-label={texts.tableLabel} onKeyDown={onKeyDown}>
          <thead>
            <tr>
              <th scope="col" class="confusion-corner">
                {texts.corner}
              </th>
              {classes.map((name) => (
                <th key={name} scope="col">
                  <bdi>{name}</bdi>
                </th>
              ))}
              <th scope="col" class="confusion-edge">
                {texts.sum}
              </th>
              <th scope="col">{texts.recall}</th>
            </tr>
          </thead>
          <tbody>
            {cells.map((row, label) => (
              <tr key={classes[label]}>
                <th scope="row">
                  <bdi>{classes[label]}</bdi>
                </th>
                {row.map((cell, answer) => (
                  <td key={classes[answer]}>
                    <CellButton
                      cell={cell}
                      at={{ label, answer }}
                      classes={classes}
                      isTabStop={label === tabStop.label && answer === tabStop.answer}
                      isOpen={open?.label === label && open.answer === answer}
                      onFocus={() => setFocused({ label, answer })}
                      onOpen={() => onOpen({ label, answer })}
                    />
                  </td>
                ))}
                <td class="confusion-edge">{metrics.classes[label].support}</td>
                <td>{formatShare(metrics.classes[label].recall, page.locale)}</td>
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr class="confusion-edge">
              <th scope="row">{texts.sum}</th>
              {classes.map((name, answer) => (
                <td key={name}>{confusion.reduce((sum, row) => sum + row[answer], 0)}</td>
              ))}
              <td class="confusion-edge">{metrics.macro.support}</td>
              <td />
            </tr>
            <tr>
              <th scope="row">{texts.precision}</th>
              {classes.map((name, answer) => (
                <td key={name}>{formatShare(metrics.classes[answer].precision, page.locale)}</td>
              ))}
              <td class="confusion-edge" />
              <td />
            </tr>
          </tfoot>
        </table>
      </div>
      <Legend largestWrong={largestWrong} />
      <p class="quiet">{texts.measures}</p>
    </figure>
  )
}

function CellButton({
  cell,
  at,
  classes,
  isTabStop,
  isOpen,
  onFocus,
  onOpen,
}: {
  readonly cell: ConfusionCell
  readonly at: Cell
  readonly classes: readonly string[]
  readonly isTabStop: boolean
  readonly isOpen: boolean
  readonly onFocus: () => void
  readonly onOpen: () => void
}) {
  const { mistakes: texts, page } = useTexts()
  const share = formatShare(cell.share, page.locale)
  return (
    <button
      type="button"
      class={`confusion-cell ${cell.isRight ? 'is-right' : 'is-wrong'}`}
      style={{ '--strength': cell.strength.toFixed(3) }}
      data-cell={`${at.label} ${at.answer}`}
      tabIndex={isTabStop ? 0 : -1}
      aria-pressed={isOpen}
      aria-label={texts.cellLabel(classes[at.label], classes[at.answer], cell.count, share)}
      onFocus={onFocus}
      onClick={onOpen}
    >
      {cell.count > 0 ? cell.count : ''}
    </button>
  )
}

/** The two scales of color: of right answers up to all, and of wrong answers up to the largest share that there is. */
function Legend({ largestWrong }: { readonly largestWrong: number }) {
  const { mistakes: texts, page } = useTexts()
  return (
    <ul class="legend">
      <li>
        <span class="confusion-scale is-right" aria-hidden="true" /> {texts.rightScale}
      </li>
      <li>
        <span class="confusion-scale is-wrong" aria-hidden="true" />{' '}
        {texts.wrongScale(formatShare(largestWrong, page.locale))}
      </li>
    </ul>
  )
}

function clamp(value: number, last: number): number {
  return Math.min(Math.max(value, 0), last)
}
