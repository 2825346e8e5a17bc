/** What values of the library show of themselves in notebooks. */

import { confusionStyle, confusionTable, mistakeCounts } from './confusion-table.js'
import { formatNumber } from './format-number.js'
import { element, type Markup } from './markup.js'
import { type DrawnNetwork, diagramParts } from './network-diagram.js'
import { svgFile, themedStyle } from './svg.js'

/**
 * The name of the method that the Jupyter kernel of Deno asks for what a value shows of itself. The method returns texts
 * by their media types.
 */
export const notebookDisplay = Symbol.for('Jupyter.display')

/** What a notebook may show of a value, by media type. The notebook takes the richest type that it can show. */
export interface NotebookTexts {
  readonly 'text/plain': string
  readonly 'text/html'?: string
  readonly 'image/svg+xml'?: string
}

/** Shows a network: its diagram with its weights, and its summary. */
export function networkTexts(network: DrawnNetwork, summary: string): NotebookTexts {
  const { size, content } = diagramParts(network)
  const svg = svgFile(size, 'The network with its weights', content)
  const { markup: text } = element('pre', {}, ...linesOf(summary))
  return { 'text/plain': summary, 'text/html': `${svg}${text}`, 'image/svg+xml': svg }
}

/** Markup shows control characters as escapes, line feeds too, so each line is a piece of its own. */
const linesOf = (text: string): Markup[] =>
  text.split('\n').map((line) => ({ markup: `${element('span', {}, line).markup}\n` }))

/** The members of an `Evaluation` that are shown. */
export interface ShownEvaluation {
  readonly cost: number
  readonly accuracy: number | undefined
  readonly confusion: readonly (readonly number[])[] | undefined
  readonly metrics: Readonly<Record<string, number>>
  readonly rows: number
}

/** A confusion table has at most this many classes. With more, the most frequent mistakes are listed. */
const mostClasses = 30
const mostKinds = 10

/** Shows the measures of an evaluation, and its confusion table. */
export function evaluationTexts({ cost, accuracy, confusion, metrics, rows }: ShownEvaluation): NotebookTexts {
  const measures: [string, number][] = [
    ['rows', rows],
    ['cost', cost],
    ...(accuracy === undefined ? [] : [['accuracy', accuracy] satisfies [string, number]]),
    ...Object.entries(metrics),
  ]
  const lines = measures.map(([name, value]) =>
    element('tr', {}, element('th', { scope: 'row' }, name), element('td', {}, formatNumber(value))),
  )
  const table = element('table', {}, element('caption', {}, 'Measures'), element('tbody', {}, ...lines))
  const style = `<style>${themedStyle(confusionStyle)}</style>`
  const html = [table, ...(confusion ? [mistakes(confusion)] : [])].map(({ markup }) => markup).join('')
  return {
    'text/plain': measures.map(([name, value]) => `${name} ${formatNumber(value)}`).join(', '),
    'text/html': `${style}${html}`,
  }
}

function mistakes(confusion: readonly (readonly number[])[]): Markup {
  if (confusion.length <= mostClasses) {
    return confusionTable(
      confusion,
      confusion.map((_, label) => String(label)),
    )
  }
  const kinds = mistakeCounts(confusion).slice(0, mostKinds)
  const items = kinds.map(({ label, answer, count }) => element('li', {}, `${label} read as ${answer}: ${count}`))
  return element('ul', {}, ...items)
}
