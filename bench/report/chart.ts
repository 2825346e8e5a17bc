/** A report as an SVG chart: horizontal bars on a logarithmic axis, one panel for each unit of each part. */

import { groupByCase, type Measurement, medianOf, nameThreads, type Report } from './measurement.js'
import { formatFigure } from './table.js'

/** A logarithmic axis over whole decades, in pixels. */
export interface Axis {
  readonly low: number
  readonly high: number
  readonly width: number
}

/** The decades around the values. The axis starts below the smallest of them, so that its bar can be seen. */
export function axisFor(values: readonly number[], width: number): Axis {
  const low = 10 ** Math.floor(Math.log10(Math.min(...values) / 1.5))
  return { low, high: 10 ** Math.ceil(Math.log10(Math.max(...values))), width }
}

/** How long a bar is, in pixels. */
export function barLength(value: number, { low, high, width }: Axis): number {
  return (width * Math.log10(value / low)) / Math.log10(high / low)
}

/** Text as it stands in XML. */
export function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}

const margin = 24
const labelWidth = 120
const barWidth = 520
const valueWidth = 90
const rowHeight = 18
const titleHeight = 22
const lineHeight = 18
const width = margin + labelWidth + barWidth + valueWidth + margin

/** Light, and dark where the reader's system is. Ours stand out by more than color: they come first. */
const style = `
    text { font: 12px system-ui, sans-serif; fill: #1f2328; stroke: #ffffff; stroke-width: 3px; paint-order: stroke }
    .heading { font-weight: 600; font-size: 14px }
    .case { font-weight: 600 }
    .faint { fill: #59636e }
    .paper { fill: #ffffff }
    .grid { stroke: #d1d9e0 }
    .native { fill: #0969da } .typescript { fill: #3fa7a0 } .peer { fill: #9aa4af }
    @media (prefers-color-scheme: dark) {
      text { fill: #f0f6fc; stroke: #0d1117 } .faint { fill: #9198a1 } .paper { fill: #0d1117 } .grid { stroke: #3d444d }
      .native { fill: #4493f8 } .typescript { fill: #56b8b0 } .peer { fill: #656c76 }
    }`

function classOf(contender: string): string {
  return ['native', 'typescript'].find((name) => contender.startsWith(name)) ?? 'peer'
}

const text = (x: number, y: number, content: string, attributes = '') =>
  `<text x="${x}" y="${y}"${attributes && ` ${attributes}`}>${escapeText(content)}</text>`

/** Into lines of so many characters that they end within the picture. */
function breakLine(line: string): string[] {
  const lines = ['']
  for (const word of line.split(' ')) {
    const longer = `${lines[lines.length - 1]} ${word}`.trim()
    if (longer.length > 110) lines.push(word)
    else lines[lines.length - 1] = longer
  }
  return lines
}

/** One unit of one part, from `top` down: what it looks like, and where it ends. */
function drawPanel(panel: readonly Measurement[], top: number): { drawn: string[]; bottom: number } {
  const [{ part, unit, better }] = panel
  const groups = groupByCase(panel)
  const axis = axisFor(panel.map(medianOf), barWidth)
  const left = margin + labelWidth
  const heading = `${part}, ${unit}: ${better} is better (logarithmic)`
  const drawn: string[] = []
  let y = top + titleHeight + rowHeight
  for (const group of groups) {
    drawn.push(text(margin, y + 14, group[0].case, 'class="case"'))
    y += titleHeight
    for (const one of group) {
      const [value, length] = [medianOf(one), barLength(medianOf(one), axis)]
      drawn.push(text(left - 8, y + 13, one.contender, 'text-anchor="end"'))
      drawn.push(
        `<rect class="${classOf(one.contender)}" x="${left}" y="${y + 2}" width="${length.toFixed(1)}" height="${rowHeight - 4}" rx="2"/>`,
      )
      drawn.push(text(Math.round(left + length + 6), y + 13, formatFigure(value)))
      y += rowHeight
    }
    y += 8
  }
  const grid: string[] = []
  for (let decade = Math.round(Math.log10(axis.low)); decade <= Math.round(Math.log10(axis.high)); decade++) {
    const x = left + barLength(10 ** decade, axis)
    const [from, to] = [top + titleHeight + rowHeight - 4, y - 6]
    grid.push(`<line class="grid" x1="${x.toFixed(1)}" y1="${from}" x2="${x.toFixed(1)}" y2="${to}"/>`)
    const label =
      Math.abs(decade) < 7 ? (10 ** decade).toLocaleString('en', { maximumFractionDigits: 6 }) : `1e${decade}`
    grid.push(text(Math.round(x), from - 4, label, 'class="faint" text-anchor="middle"'))
  }
  return { drawn: [text(margin, top + 14, heading, 'class="heading"'), ...grid, ...drawn], bottom: y + 16 }
}

/** @throws Error where there is nothing to draw */
export function drawChart({ measurements, machine, rounds, threads, data }: Report): string {
  if (measurements.length === 0) throw new Error('there is nothing to draw: no contender was measured')
  const panels = new Map<string, Measurement[]>()
  for (const one of measurements) {
    const key = `${one.part} ${one.unit}`
    panels.set(key, [...(panels.get(key) ?? []), one])
  }
  const drawn: string[] = []
  let y = margin
  for (const panel of panels.values()) {
    const { drawn: more, bottom } = drawPanel(panel, y)
    drawn.push(...more)
    y = bottom
  }
  const caption = [
    `${machine.processor}; ${machine.backend}`,
    `${machine.node}; medians of ${rounds} ${rounds === 1 ? 'round' : 'rounds'}; ${nameThreads(threads)}; ${data}`,
  ].flatMap(breakLine)
  caption.forEach((line, i) => {
    drawn.push(text(margin, y + 8 + lineHeight * i, line, 'class="faint"'))
  })
  const height = y + 8 + lineHeight * (caption.length - 1) + margin
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `  <title>descent and its peers</title>`,
    `  <style>${style}\n  </style>`,
    `  <rect class="paper" width="${width}" height="${height}"/>`,
    ...drawn.map((line) => `  ${line}`),
    '</svg>',
    '',
  ].join('\n')
}
