import { createHash } from 'node:crypto'
import { confusionStyle } from '../../drawing/confusion-table.js'
import { type Content, element, type Markup } from '../../drawing/markup.js'
import { drawingStyle, type Theme, themedStyle } from '../../drawing/svg.js'

/** The style rules that depend on the theme. */
const colors = (theme: Theme): string => `
body { color: ${theme.text}; background: ${theme.paper} }
.faint, figcaption, caption { color: ${theme.faint} }
th, td { border-color: ${theme.line} }
section { border-color: ${theme.line} }
img.weights { border-color: ${theme.line} }
a, summary:focus-visible { outline-color: ${theme.series[0]} }
.scale .from { stop-color: ${theme.negative} }
.scale .to { stop-color: ${theme.positive} }
.scale .zero { stop-color: ${theme.paper} }
${drawingStyle(theme)}
${confusionStyle(theme)}`

const layout = `
body { margin: 0 auto; max-width: 56rem; padding: 2rem 1rem 4rem; font: 16px/1.5 system-ui, sans-serif }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0; overflow-wrap: anywhere }
h2 { font-size: 1.15rem; margin: 0 0 .25rem }
p { margin: .25rem 0 1rem; max-width: 44rem }
section { border-top: 1px solid; margin-top: 2rem; padding-top: 1.25rem }
svg { display: block; max-width: 100%; height: auto; margin: .5rem 0 }
.wide > svg { max-width: none }
.chart > svg { max-width: 100%; min-width: 34rem }
table { border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums; margin: .5rem 0 1rem }
caption { text-align: start; padding-bottom: .4rem }
th, td { border-bottom: 1px solid; padding: .2rem .6rem; text-align: end; white-space: nowrap }
th:first-child, td.words { text-align: start }
th { font-weight: 600 }
.wide { overflow-x: auto; max-width: 100% }
.pictures { display: flex; flex-wrap: wrap; gap: .75rem; margin: .75rem 0 1rem }
.picture { margin: 0; width: 86px }
.picture img { display: block; image-rendering: pixelated; border: 1px solid transparent }
figcaption { font-size: .8rem; line-height: 1.3; overflow-wrap: anywhere; padding-top: .15rem }
summary { cursor: pointer }
.plots { display: flex; flex-wrap: wrap; gap: 1rem }
@media print {
  body { max-width: none; padding: 0; font-size: 11pt; print-color-adjust: exact; -webkit-print-color-adjust: exact }
  figure, tr, svg, table, p { break-inside: avoid }
  h2, h2 + p { break-after: avoid }
  .plots { display: block }
  .wide { overflow: visible }
  .wide > svg { min-width: 0; max-width: 100% }
  th, td { white-space: normal }
  details:not([open]) { display: none }
}
@page { margin: 15mm }`

/**
 * Returns a page without scripts, which asks for no other file. Its policy allows only its own style and the pictures that
 * are in it.
 */
export function page(title: string, ...content: readonly Content[]): string {
  const style = `${layout}\n${themedStyle(colors)}`
  const hash = createHash('sha256').update(style).digest('base64')
  const policy = `default-src 'none'; img-src data:; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`
  const head = element(
    'head',
    {},
    element('meta', { charset: 'utf-8' }),
    element('meta', { 'http-equiv': 'Content-Security-Policy', content: policy }),
    element('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
    element('meta', { name: 'color-scheme', content: 'light dark' }),
    element('title', {}, title),
    // The rules have no character that would have to be escaped.
    { markup: `<style>${style}</style>` },
  )
  const body = element('body', {}, element('main', {}, ...content))
  return `<!doctype html>\n${element('html', { lang: 'en' }, head, body).markup}\n`
}

/** Returns a part of the page under a heading, with a sentence that says what to see. */
export function section(heading: string, sentence: string, ...content: readonly Content[]): Markup {
  return element('section', {}, element('h2', {}, heading), element('p', {}, sentence), ...content)
}

/** Returns a table. The first cell of a row names it. */
export function dataTable(caption: string, heads: readonly string[], rows: readonly (readonly string[])[]): Markup {
  const head = heads.map((name) => element('th', { scope: 'col' }, element('bdi', {}, name)))
  const lines = rows.map(([first, ...others]) =>
    element(
      'tr',
      {},
      element('th', { scope: 'row' }, element('bdi', {}, first)),
      ...others.map((cell) => element('td', {}, element('bdi', {}, cell))),
    ),
  )
  return wide(
    caption,
    element(
      'table',
      {},
      element('caption', {}, caption),
      element('thead', {}, element('tr', {}, ...head)),
      element('tbody', {}, ...lines),
    ),
  )
}

/** Makes content scroll alone where it is wider than the page. The keyboard can scroll it. */
export function wide(label: string, content: Markup, kind: 'wide' | 'wide chart' = 'wide'): Markup {
  return element('div', { class: kind, tabindex: 0, role: 'region', 'aria-label': label }, content)
}
