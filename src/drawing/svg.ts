import { css, palettes } from './colors.js'
import { type Attributes, type Content, element, type Markup } from './markup.js'

/** The colors of a drawing, on a light or a dark background. */
export interface Theme {
  readonly paper: string
  readonly text: string
  readonly faint: string
  readonly line: string
  readonly positive: string
  readonly negative: string
  /** The colors of lines and bars. Each has a contrast of at least 3 : 1 against the paper. */
  readonly series: readonly string[]
}

const { positive, negative } = palettes['blue-orange']

export const light: Theme = {
  paper: '#ffffff',
  text: '#1f2328',
  faint: '#59636e',
  line: '#d1d9e0',
  positive: css(positive),
  negative: css(negative),
  series: ['#0969da', '#bc4c00', '#1a7f37', '#8250df', '#bf3989', '#6e7781'],
}

export const dark: Theme = {
  paper: '#0d1117',
  text: '#f0f6fc',
  faint: '#9198a1',
  line: '#3d444d',
  positive: '#58a0f5',
  negative: '#f08a24',
  series: ['#4493f8', '#f0883e', '#3fb950', '#ab7df8', '#db61a2', '#9198a1'],
}

/** The largest number of series with colors of their own. Further series begin again with the first color. */
export const seriesCount = light.series.length

/** The class of the root of every drawing, to which all style rules are limited. */
const drawingClass = 'descent-drawing'

/** Returns the style rules of all drawings. The text has no characters that SVG or HTML would have to escape. */
export function drawingStyle(theme: Theme): string {
  const of = (selector: string, rules: string) => `.${drawingClass} ${selector} { ${rules} }`
  return [
    of('text', `font: 12px system-ui, sans-serif; fill: ${theme.text}; stroke: none`),
    of('.heading', 'font-weight: 600; font-size: 14px'),
    of('.strong', 'font-weight: 600'),
    of('.faint', `fill: ${theme.faint}`),
    // An outline in the color of the background keeps a text readable on top of lines.
    of('.outlined', `stroke: ${theme.paper}; stroke-width: 4px; stroke-linejoin: round; paint-order: stroke`),
    of('.start', 'text-anchor: start'),
    of('.middle', 'text-anchor: middle'),
    of('.end', 'text-anchor: end'),
    of('.paper', `fill: ${theme.paper}`),
    of('.grid', `stroke: ${theme.line}; fill: none`),
    of('.axis', `stroke: ${theme.faint}; fill: none`),
    of('.positive', `stroke: ${theme.positive}; fill: none`),
    of('.negative', `stroke: ${theme.negative}; fill: none`),
    of('.positive-area', `fill: ${theme.positive}`),
    of('.negative-area', `fill: ${theme.negative}`),
    of('.neuron', `stroke: ${theme.faint}; fill: ${theme.paper}`),
    of('.dot', `fill: ${theme.faint}`),
    ...theme.series.flatMap((color, i) => [
      of(`.line-${i}`, `stroke: ${color}; fill: none; stroke-width: 2px; stroke-linejoin: round`),
      of(`.area-${i}`, `fill: ${color}`),
    ]),
  ].join('\n')
}

/** The style rules of all drawings on a screen with a light or dark theme. Paper is always light. */
export function themedStyle(rules: (theme: Theme) => string): string {
  return `${rules(light)}\n@media screen and (prefers-color-scheme: dark) {\n${rules(dark)}\n}`
}

export interface Size {
  readonly width: number
  readonly height: number
}

/**
 * Returns an SVG element with a title, for a page that has the rules of `drawingStyle`. The title says what the drawing
 * shows, to people who cannot see it too.
 */
export function drawing({ width, height }: Size, title: string, ...content: readonly Content[]): Markup {
  return root({ width, height }, {}, title, content)
}

/**
 * Returns a drawing as the text of an SVG file. It follows the light or dark theme of the viewer's system.
 * `rules` returns more style rules.
 */
export function svgFile(
  { width, height }: Size,
  title: string,
  content: readonly Markup[],
  rules: (theme: Theme) => string = () => '',
): string {
  const style = {
    markup: `<style>\n${themedStyle((theme) => [drawingStyle(theme), rules(theme)].join('\n'))}\n</style>`,
  }
  const paper = element('rect', { class: 'paper', width, height })
  const lines = [style, paper, ...content].map(({ markup }) => `\n${markup}`)
  const { markup } = root({ width, height }, { xmlns: 'http://www.w3.org/2000/svg' }, title, [
    { markup: `${lines.join('')}\n` },
  ])
  return `${markup}\n`
}

function root({ width, height }: Size, attributes: Attributes, title: string, content: readonly Content[]): Markup {
  const size = { viewBox: `0 0 ${width} ${height}`, width, height }
  return element(
    'svg',
    { ...attributes, class: drawingClass, ...size, role: 'img', 'aria-label': title },
    element('title', {}, title),
    ...content,
  )
}

/** Returns a text at a point. */
export function text(x: number, y: number, content: string, classes = '', attributes: Attributes = {}): Markup {
  return element('text', { x, y, class: classes || undefined, ...attributes }, content)
}

export function segment(x1: number, y1: number, x2: number, y2: number, classes: string): Markup {
  return element('line', { x1, y1, x2, y2, class: classes })
}
