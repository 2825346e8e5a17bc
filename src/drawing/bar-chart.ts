import { type AxisKind, createAxis } from './axis.js'
import { element, type Markup } from './markup.js'
import { segment, text } from './svg.js'

export interface Bar {
  readonly name: string
  readonly value: number
  /** The value as text, which stands at the end of the bar. */
  readonly label: string
  /** The class of the bar, from which it has its color. */
  readonly color: string
}

/** Bars under a common heading. */
export interface BarGroup {
  readonly name: string
  readonly bars: readonly Bar[]
}

/** Horizontal bars in groups, on one axis. */
export interface BarPanel {
  readonly heading: string
  readonly kind: AxisKind
  readonly groups: readonly BarGroup[]
}

export interface PanelPlace {
  readonly left: number
  readonly top: number
  /** The width of the names, and that of the longest bar. */
  readonly nameWidth: number
  readonly barWidth: number
}

const rowHeight = 18
const titleHeight = 22

/**
 * Draws a panel of bars. A linear axis begins at 0. A logarithmic one begins well below the smallest value, so that its
 * bar is visible. Returns the y coordinate of the end of the panel too.
 */
export function barPanel(
  { heading, kind, groups }: BarPanel,
  { left, top, nameWidth, barWidth }: PanelPlace,
): { readonly content: readonly Markup[]; readonly bottom: number } {
  const start = left + nameWidth
  const all = groups.flatMap(({ bars }) => bars.map(({ value }) => value))
  const values = kind === 'logarithmic' ? [...all, Math.min(...all) / 1.5] : all
  const axis = createAxis({ kind, values, range: [start, start + barWidth] })
  const drawn: Markup[] = []
  let y = top + titleHeight + rowHeight
  for (const { name, bars } of groups) {
    drawn.push(text(left, y + 14, name, 'strong outlined'))
    y += titleHeight
    for (const { name, value, label, color } of bars) {
      const end = axis.position(value)
      drawn.push(
        text(start - 8, y + 13, name, 'end outlined'),
        element('rect', { class: color, x: start, y: y + 2, width: end - start, height: rowHeight - 4, rx: 2 }),
        text(end + 6, y + 13, label, 'outlined'),
      )
      y += rowHeight
    }
    y += 8
  }
  const [from, to] = [top + titleHeight + rowHeight - 4, y - 6]
  const grid = axis.ticks.flatMap(({ at, label }) => [
    segment(at, from, at, to, 'grid'),
    text(at, from - 4, label, 'faint middle'),
  ])
  return { content: [text(left, top + 14, heading, 'heading'), ...grid, ...drawn], bottom: y + 16 }
}
