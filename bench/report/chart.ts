/**
 * Draws a report as an SVG chart with horizontal bars on logarithmic axes. Each part of the benchmark (kernels,
 * training or inference) has one panel for each unit of its figures.
 */

import { groupByCase, type Measurement, medianOf, nameThreads, type Report } from './measurement.js'
import { svgDocument, svgText } from './svg.js'
import { formatFigure } from './table.js'

/** A logarithmic axis. `low` and `high` are powers of ten, and `width` is in pixels. */
export interface Axis {
  readonly low: number
  readonly high: number
  readonly width: number
}

/**
 * Returns an axis that contains all values. It starts well below the smallest value, so that the bar of that value is
 * visible.
 */
export function axisFor(values: readonly number[], width: number): Axis {
  const low = 10 ** Math.floor(Math.log10(Math.min(...values) / 1.5))
  return { low, high: 10 ** Math.ceil(Math.log10(Math.max(...values))), width }
}

/** Returns the length of a bar in pixels. */
export function barLength(value: number, { low, high, width }: Axis): number {
  return (width * Math.log10(value / low)) / Math.log10(high / low)
}

const margin = 24
const labelWidth = 120
const barWidth = 520
const valueWidth = 90
const rowHeight = 18
const titleHeight = 22
const lineHeight = 18
const width = margin + labelWidth + barWidth + valueWidth + margin

/** The colors of the bars. The bars of descent's backends have their own colors, so that they stand out. */
const colors = {
  light: '.native { fill: #0969da } .wasm { fill: #8250df } .typescript { fill: #3fa7a0 } .peer { fill: #9aa4af }',
  dark: '.native { fill: #4493f8 } .wasm { fill: #ab7df8 } .typescript { fill: #56b8b0 } .peer { fill: #656c76 }',
}

function classOf(contender: string): string {
  return ['native', 'wasm', 'typescript'].find((name) => contender.startsWith(name)) ?? 'peer'
}

/** Breaks a line so that it fits the width of the chart. */
function breakLine(line: string): string[] {
  const lines = ['']
  for (const word of line.split(' ')) {
    const longer = `${lines[lines.length - 1]} ${word}`.trim()
    if (longer.length > 110) lines.push(word)
    else lines[lines.length - 1] = longer
  }
  return lines
}

/**
 * Draws a panel with the figures of one part of the benchmark, all in the same unit. `top` and the returned `bottom`
 * are the y coordinates of the panel's edges.
 */
function drawPanel(panel: readonly Measurement[], top: number): { drawn: string[]; bottom: number } {
  const [{ part, unit, better }] = panel
  const groups = groupByCase(panel)
  const axis = axisFor(panel.map(medianOf), barWidth)
  const left = margin + labelWidth
  const heading = `${part}, ${unit}: ${better} is better (logarithmic)`
  const drawn: string[] = []
  let y = top + titleHeight + rowHeight
  for (const group of groups) {
    drawn.push(svgText(margin, y + 14, group[0].case, 'class="case"'))
    y += titleHeight
    for (const one of group) {
      const [value, length] = [medianOf(one), barLength(medianOf(one), axis)]
      drawn.push(svgText(left - 8, y + 13, one.contender, 'text-anchor="end"'))
      drawn.push(
        `<rect class="${classOf(one.contender)}" x="${left}" y="${y + 2}" width="${length.toFixed(1)}" height="${rowHeight - 4}" rx="2"/>`,
      )
      drawn.push(svgText(Math.round(left + length + 6), y + 13, formatFigure(value)))
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
      Math.abs(decade) < 10 ? (10 ** decade).toLocaleString('en', { maximumFractionDigits: 6 }) : `1e${decade}`
    grid.push(svgText(Math.round(x), from - 4, label, 'class="faint" text-anchor="middle"'))
  }
  return { drawn: [svgText(margin, top + 14, heading, 'class="heading"'), ...grid, ...drawn], bottom: y + 16 }
}

/** @throws Error if no contender was measured */
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
    drawn.push(svgText(margin, y + 8 + lineHeight * i, line, 'class="faint"'))
  })
  const height = y + 8 + lineHeight * (caption.length - 1) + margin
  return svgDocument({ width, height, title: 'descent and its peers', ...colors }, drawn)
}
