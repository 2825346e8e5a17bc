import { confusionColors } from './confusion.js'
import { element, type Markup } from './markup.js'
import type { Theme } from './svg.js'

/** The shades of a cell, from 1 to this. Cells without any rows have none. */
const shades = 6

/**
 * Returns the confusion matrix as a table of HTML. Correct answers and mistakes have different colors.
 * `confusion[label][answer]` is the number of rows with this label and this answer.
 */
export function confusionTable(confusion: readonly (readonly number[])[], names: readonly string[]): Markup {
  const { cells } = confusionColors(confusion)
  const heads = names.map((name) => element('th', { scope: 'col' }, element('bdi', {}, name)))
  const rows = confusion.map((row, label) => {
    const total = row.reduce((sum, count) => sum + count, 0)
    const counts = cells[label].map(({ count, isRight, strength }) => {
      const kind = isRight ? 'right' : 'wrong'
      const shade = Math.ceil(shades * strength)
      return element('td', { class: count > 0 ? `${kind}-${shade}` : undefined }, count > 0 ? group(count) : '·')
    })
    const share = total > 0 ? `${((100 * row[label]) / total).toFixed(1)} %` : '-'
    return element(
      'tr',
      {},
      element('th', { scope: 'row' }, element('bdi', {}, names[label])),
      ...counts,
      element('td', {}, share),
    )
  })
  return element(
    'table',
    { class: 'descent-confusion' },
    element('caption', {}, 'Each row is a class, and each column an answer of the network.'),
    element(
      'thead',
      {},
      element('tr', {}, element('th', { scope: 'col' }, 'is'), ...heads, element('th', { scope: 'col' }, 'right')),
    ),
    element('tbody', {}, ...rows),
  )
}

const group = (count: number): string => count.toLocaleString('en-US')

/** Returns the style rules of confusion tables: the colors of their cells. */
export function confusionStyle({ positive, negative }: Theme): string {
  return Array.from({ length: shades }, (_, i) => {
    const share = Math.round((45 * (i + 1)) / shades)
    return [
      `.descent-confusion .right-${i + 1} { background: color-mix(in srgb, ${positive} ${share}%, transparent) }`,
      `.descent-confusion .wrong-${i + 1} { background: color-mix(in srgb, ${negative} ${share}%, transparent) }`,
    ].join('\n')
  }).join('\n')
}

/** A kind of mistake: rows with this label that got this answer. */
export interface MistakeCount {
  readonly label: number
  readonly answer: number
  readonly count: number
}

/** Returns the kinds of mistakes, the most frequent first. */
export function mistakeCounts(confusion: readonly (readonly number[])[]): MistakeCount[] {
  const found: MistakeCount[] = []
  confusion.forEach((row, label) => {
    row.forEach((count, answer) => {
      if (label !== answer && count > 0) found.push({ label, answer, count })
    })
  })
  return found.sort((a, b) => b.count - a.count)
}
